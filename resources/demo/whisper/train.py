"""Train the demo Whisper on spoken phrasebook sentences.

The loss is the decoder's, plus a CTC loss on the encoder, plus a loss that draws two cross-attention heads of each
layer to the frames in which the next word is spoken (its times are known). The last two make the model learn within
an hour or two of one core.

Interrupted, it continues from its last checkpoint. The log is a TSV; the exported model has the averaged weights.
"""

import argparse
import copy
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

sys.path.insert(0, str(Path(__file__).parents[1]))

from dataset import BLANK, Batch, Plan, alphabet, batches, used_tokens
from export import export
from model import DemoWhisper, Output

COLUMNS = ("step", "minutes", "seconds", "windows", "loss", "ctc", "guided", "accuracy", "rate")
CTC_WEIGHT, GUIDED_WEIGHT = 0.3, 0.1
AVERAGE = 0.998
"""Decay of the averaged weights."""


def guided_loss(output: Output, batch: Batch) -> Tensor:
    """Return -log of the attention that falls on the frames of each target's word, averaged."""
    frames = torch.arange(output.attention.shape[-1])
    first, last = batch.spans[..., :1], batch.spans[..., 1:]
    inside = ((frames >= first) & (frames <= last)).to(output.attention.dtype)
    known = batch.spans[..., 1] >= 0
    on_word = torch.einsum("bhtf,btf->bth", output.attention, inside).float()
    return -(on_word[known] + 1e-3).log().mean()


def losses(model: DemoWhisper, batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return the decoder's loss, the CTC loss, the guided attention's loss and the share of right tokens."""
    with torch.autocast("cpu", torch.bfloat16):
        memory = model.encode(batch.mel, batch.padding)
        output = model.decode(batch.ids, memory)
        letters = model.ctc(memory.states[:, : int(batch.frames.max())])
    learned = batch.targets >= 0
    loss = model.token_loss(output.logits[learned], batch.targets[learned]).mean()
    accuracy = (output.logits[learned].argmax(-1) == batch.targets[learned]).float().mean()
    lengths = torch.tensor([len(c) for c in batch.characters])
    target = torch.tensor([c for text in batch.characters for c in text])
    probabilities = F.log_softmax(letters.float(), -1).transpose(0, 1)
    ctc = F.ctc_loss(probabilities, target, batch.frames, lengths, BLANK, reduction="sum", zero_infinity=True)
    ctc = ctc / (lengths.sum() + 1)
    return loss, ctc, guided_loss(output, batch), accuracy


def rate(step: int, steps: int, peak: float) -> float:
    """Return the learning rate: warmed up over 150 steps, constant, then linear to zero over the last 40 %."""
    return peak * min(1.0, (step + 1) / 150, (steps - step) / (0.4 * steps))


def optimisers(model: DemoWhisper) -> list[torch.optim.Optimizer]:
    """Return Muon for the layers' matrices and AdamW for all else."""
    matrices = [p for n, p in model.named_parameters() if p.requires_grad and p.ndim == 2 and ".layers." in n]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if p.requires_grad and id(p) not in chosen]
    return [
        torch.optim.Muon(matrices, lr=1e-3, weight_decay=0.02, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=1e-3, betas=(0.9, 0.98), weight_decay=0.01),
    ]


def main() -> None:
    """Train, export from time to time, and export at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("speech", type=Path, help="folder that utterances.py has filled")
    parser.add_argument("work", type=Path, help="folder for checkpoint, log and exported model")
    parser.add_argument("--steps", type=int, default=5600)
    parser.add_argument("--budget", type=int, default=4000, help="encoder frames in a batch")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="processes that make batches")
    parser.add_argument("--export-every", type=int, default=1000, metavar="STEPS")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    args.work.mkdir(parents=True, exist_ok=True)
    model = DemoWhisper(used_tokens(), len(alphabet()))
    averaged = copy.deepcopy(model)
    optimiser = optimisers(model)
    checkpoint, log = args.work / "checkpoint.pt", args.work / "log.tsv"
    first, spent = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        first, spent = state["step"], state["seconds"]
        model.load_state_dict(state["model"])
        averaged.load_state_dict(state["averaged"])
        for each, saved in zip(optimiser, state["optimisers"], strict=True):
            each.load_state_dict(saved)
    elif not log.exists():
        log.write_text("\t".join(COLUMNS) + "\n", encoding="utf-8")

    def save(step: int) -> None:
        state = {"step": step, "seconds": spent, "model": model.state_dict(), "averaged": averaged.state_dict()}
        torch.save(state | {"optimisers": [each.state_dict() for each in optimiser]}, checkpoint.with_suffix(".new"))
        checkpoint.with_suffix(".new").replace(checkpoint)

    plan = Plan(args.speech, args.seed, args.steps, args.budget)
    sums = torch.zeros(4)
    before = time.monotonic()
    for step, batch in enumerate(batches(plan, first, args.workers), start=first):
        torch.manual_seed(args.seed * 1_000_003 + step)
        for each in optimiser:
            for group in each.param_groups:
                group["lr"] = rate(step, args.steps, args.rate)
        loss, ctc, guided, accuracy = losses(model, batch)
        (loss + CTC_WEIGHT * ctc + GUIDED_WEIGHT * guided).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for each in optimiser:
            each.step()
            each.zero_grad()
        decay = min(AVERAGE, (step + 1) / (step + 20))
        with torch.no_grad():
            for slow, fast in zip(averaged.parameters(), model.parameters(), strict=True):
                slow.lerp_(fast, 1 - decay)
        sums += torch.stack([loss, ctc, guided, accuracy]).detach()
        spent, before = spent + time.monotonic() - before, time.monotonic()
        if (step + 1) % 20 == 0:
            seconds = batch.mel.shape[2] / 100
            means = [f"{value:.4f}" for value in (sums / 20).tolist()]
            row = [step + 1, f"{spent / 60:.1f}", f"{seconds:.1f}", len(batch.mel), *means, f"{group['lr']:.2e}"]
            with log.open("a", encoding="utf-8") as file:
                print(*row, sep="\t", file=file)
            print(*row, sep="\t", flush=True)
            sums.zero_()
        if (step + 1) % 200 == 0:
            save(step + 1)
        if (step + 1) % args.export_every == 0:
            export(averaged, args.work / "hf")
    save(args.steps)
    export(averaged, args.work / "hf")


if __name__ == "__main__":
    main()
