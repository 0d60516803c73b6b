#!/bin/bash
# The demo on a real SLURM of one node: starts it, runs the workflow through it, looks at what SLURM was asked for, and
# stops it again. The exit status tells whether all was right. Needs Debian or Ubuntu and root; run it with `make test-slurm`.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
cd "$here/../.."
python=${PYTHON:-.venv/bin/python}
folder=$(mktemp -d /tmp/slurm-test.XXXXXX)

fail() { echo "error: $*" >&2; exit 1; }

finish() {
    local status=$?
    trap - EXIT
    bash "$here/stop.sh" "$folder"
    if [ $status = 0 ]; then
        rm -rf "$folder"
        echo "SLURM: all right"
    else
        echo "SLURM: failed; logs are in $folder and .snakemake/slurm_logs" >&2
    fi
    exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

"$python" -c 'import snakemake_executor_plugin_slurm' || fail "no SLURM plugin beside $python; run 'make test-slurm'"
bash "$here/start.sh" "$folder"

# results of its own; environments are those of the project
made="results: $folder/results, logs: $folder/logs, models: $folder/models"
workflow() { # OPTIONS [-- TARGETS]
    "$python" -m snakemake --profile profiles/slurm --profile tests/slurm/profile --config "pathvars={$made}" "$@"
}

echo "=== names of movies"
mkdir "$folder/movies"
good='100% Love - शोले (1975)' bad="It's \$(touch ran)"
cp resources/demo/demo.mkv "$folder/movies/$good.mkv"
cp resources/demo/demo.mkv "$folder/movies/$bad.mkv"
own=("movies={folder: $folder/movies, table: ''}" --workflow-profile cpu)
workflow "${own[@]}" -- "$folder/results/$good/audio.wav"
test -s "$folder/results/$good/audio.wav"
if workflow "${own[@]}" -- "$folder/results/$bad/audio.wav" >"$folder/bad.log" 2>&1; then
    fail "a job was told of $bad"
fi
grep -F "left out: on a cluster, $bad" "$folder/bad.log" || { tail -40 "$folder/bad.log"; fail "$bad was not left out"; }
[ ! -e ran ] || { rm ran; fail "a shell ran the name of a movie"; }

echo "=== the demo"
# No stage of the demo uses a GPU: one is made to ask for the pretended card, and for an amount of memory that can be
# recognised. The command line replaces the profile's list, so the rest of the list is repeated.
mapfile -t resources < <("$python" - <<'END'
import yaml
for entry in yaml.safe_load(open("profiles/demo/config.yaml"))["set-resources"]:
    print(entry.replace("transcribe_whisperx:gpu=0", "transcribe_whisperx:gpu=1"))
END
)
workflow --workflow-profile demo --set-resources "${resources[@]}" transcribe_whisperx:mem_mb=3456
for made in demo.hi.srt demo.en.srt demo.gu.srt demo.mkv report.html; do
    test -s "$folder/results/demo/$made" || fail "there is no $made"
done

echo "=== what SLURM was asked for"
"$python" "$here/evidence.py" --gpu transcribe_whisperx --memory 3456 \
    --expect listen detect_speech transcribe_whisperx words diarize translate publish
echo "$(grep -c '_job_complete: JobId=.* done' "$folder/log/slurmctld.log") jobs were completed, says the log of slurmctld"
