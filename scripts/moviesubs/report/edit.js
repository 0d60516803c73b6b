"use strict";
// Corrections: a person edits what was heard or translated, and saves them as the movie's table of corrections.
// The table's columns are those of scripts/moviesubs/corrections/table.py: time, track, do, old, new.
(() => {
  const report = window.report;
  if (!report) return;
  const { data, element, list } = report;
  const byId = (id) => document.getElementById(id);
  const table = data.corrections;
  const made = []; // the corrections of this visit, in order
  let saved = 0; // how many of them are in a file
  let open = null; // the editor that is open

  const oneLine = (text) => text.split(/\s+/u).join(" ").trim();
  const stamp = (seconds) => {
    const whole = Math.round(seconds * 1000);
    const two = (number) => String(number).padStart(2, "0");
    return `${Math.floor(whole / 3600000)}:${two(Math.floor(whole / 60000) % 60)}:${two(Math.floor(whole / 1000) % 60)}.${String(whole % 1000).padStart(3, "0")}`;
  };
  const line = (one) => [stamp(one.time), one.track, one.do, oneLine(one.old), oneLine(one.new)].join("\t");
  const text = () => `${[table.header, ...table.lines, ...made.map(line)].join("\n")}\n`;

  /** The languages of a track: two of one that shows both, "hi+en". */
  const languagesOf = (code) => code.split("+");

  // --- sentences as they are after the corrections --------------------------------------------------------------------

  const spokenTrack = (language) => (language === data.spoken ? "" : language);

  /** A sentence of a track with this visit's corrections; `notes` says what was done, in words. */
  function current(language, id) {
    const track = spokenTrack(language);
    const sentence = { ...data.sentences[language][id], notes: [] };
    for (const one of made) {
      if (one.id !== id) continue;
      if (one.do === "speaker") {
        sentence.speaker = one.new;
        sentence.notes.push(`speaker: ${one.new}`);
      } else if (one.track === track) {
        if (one.do === "delete") sentence.notes = ["deleted"];
        else {
          if (one.do === "replace") sentence.text = one.new;
          sentence.notes.push(one.do === "merge" ? "merged with the next sentence" : one.new);
        }
        sentence.deleted = one.do === "delete";
      }
    }
    return sentence;
  }

  function correct(language, id, what, text = "") {
    const before = current(language, id);
    const name = what === "replace" ? changedName(before.text, text) : "";
    const track = what === "speaker" ? "" : spokenTrack(language);
    const old = track === spokenTrack(language) ? before.text : current(data.spoken, id).text;
    made.push({ time: before.start, track, do: what, old, new: text, id, term: name && { language, add: false, cells: { [language]: name } } });
    redraw();
  }

  /** Leaves a sentence out of a track; what goes from what was heard goes from its translations by itself. */
  function remove(code, id) {
    const languages = languagesOf(code);
    for (const language of languages.includes(data.spoken) ? [data.spoken] : languages)
      if (!current(language, id).deleted) correct(language, id, "delete");
  }

  function undo() {
    if (!made.length) return say("There is nothing to undo.");
    const one = made.pop();
    saved = Math.min(saved, made.length);
    redraw();
    return say(`Undone: ${one.do} at ${report.clock(one.time)}.`);
  }

  // --- the list -------------------------------------------------------------------------------------------------------

  /** What was corrected in a cue, below its text, and the button that opens its editor. */
  report.onItem((item) => {
    const languages = languagesOf(report.track().language);
    if (!item.row.sentences.length) return;
    const notes = item.row.sentences.flatMap((id) => languages.flatMap((language) => current(language, id).notes));
    item.classList.toggle("edited", notes.length > 0);
    const place = element("div", { class: "edits" });
    for (const note of notes) place.append(element("p", { class: "note", dir: "auto" }, element("span", { "aria-hidden": "true" }, "✎ "), note));
    place.append(element("button", { type: "button", class: "edit", tabindex: "-1", "aria-label": `Edit ${report.clock(item.row.start)}` }, "✎ Edit"));
    item.append(place);
  });

  function redraw() {
    report.redraw();
    const waiting = made.length - saved;
    byId("corrections-count").textContent = waiting ? `${waiting} ${waiting === 1 ? "correction is" : "corrections are"} not saved yet.` : made.length ? "All corrections are saved." : "";
    byId("undo").disabled = !made.length;
    byId("save").disabled = !waiting;
    offerNames();
  }

  const say = (what) => { byId("corrections-status").textContent = what; };

  // --- the editor -----------------------------------------------------------------------------------------------------

  function close() {
    if (!open) return;
    const item = open.closest("#list > li");
    open.remove();
    open = null;
    item.go.focus({ preventScroll: true });
  }

  /** The fields of one sentence. */
  function fields(language, id) {
    const sentence = current(language, id);
    const area = element("textarea", { rows: "2", lang: language, dir: "auto", "aria-label": `Text at ${report.clock(sentence.start)}`, spellcheck: "true" });
    area.value = sentence.text;
    const speaker = element("input", { type: "text", list: "speakers", value: sentence.speaker, "aria-label": "Speaker", placeholder: "speaker" });
    const button = (label, act, title) => {
      const one = element("button", { type: "button", title }, label);
      one.addEventListener("click", act);
      return one;
    };
    const tools = element("div", { class: "edit-tools" }, speaker, button("Delete", () => { close(); correct(language, id, "delete"); }, "Leave this sentence out"));
    if (language === data.spoken) {
      tools.append(
        button("Split at the cursor", () => split(id, area), "A new sentence begins at the cursor (Alt+Enter)"),
        button("Merge with the next", () => { close(); correct(language, id, "merge"); }, "This sentence and the next are one"),
      );
    }
    const block = element("div", { class: "edit-sentence" }, area, tools);
    if (language !== data.spoken && !languagesOf(report.track().language).includes(data.spoken)) block.prepend(element("p", { class: "source", lang: data.spoken, dir: "auto" }, current(data.spoken, id).text));
    block.keep = () => {
      const now = oneLine(area.value);
      const who = oneLine(speaker.value);
      if (!now) correct(language, id, "delete");
      else if (now !== oneLine(sentence.text)) correct(language, id, "replace", now);
      if (now && who && who !== sentence.speaker) correct(language, id, "speaker", who);
    };
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.altKey && language === data.spoken) split(id, area);
    });
    return block;
  }

  function split(id, area) {
    const [first, second] = [area.value.slice(0, area.selectionStart), area.value.slice(area.selectionStart)].map(oneLine);
    if (!first || !second) return say("Put the cursor where the second sentence begins.");
    close();
    return correct(data.spoken, id, "split", `${first} | ${second}`);
  }

  function edit(item) {
    close();
    if (!item.row.sentences.length) return;
    const languages = languagesOf(report.track().language);
    const blocks = item.row.sentences.flatMap((id) => languages.filter((language) => data.sentences[language][id]).map((language) => fields(language, id)));
    const keep = element("button", { type: "submit" }, "Keep");
    const cancel = element("button", { type: "button" }, "Cancel");
    open = element("form", { class: "editor", "aria-label": `Edit ${report.clock(item.row.start)}` }, ...blocks, element("div", { class: "edit-tools" }, keep, cancel, element("span", { class: "hint" }, "Enter keeps, Esc cancels.")));
    item.append(open);
    const done = () => {
      const at = item.row;
      close();
      for (const block of blocks) block.keep();
      report.focus(at);
    };
    open.addEventListener("submit", (event) => { event.preventDefault(); done(); });
    open.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") close();
      else if (event.key === "Enter" && event.target.matches("textarea") && !event.altKey && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        done();
      }
    });
    cancel.addEventListener("click", close);
    open.querySelector("textarea").focus();
  }

  list.addEventListener("click", (event) => {
    if (event.target.closest(".edit")) edit(event.target.closest("#list > li"));
  });
  list.addEventListener("keydown", (event) => {
    const item = event.target.closest("#list > li");
    if (!item || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("textarea, input")) return;
    if (event.key === "e" || event.key === "F2") {
      event.preventDefault();
      edit(item);
    } else if (event.key === "Delete") {
      event.preventDefault();
      for (const id of item.row.sentences) remove(report.track().language, id);
      report.focus(item.row);
    } else if (event.key === "u") undo();
  });

  // --- names for the glossary -------------------------------------------------------------------------------------------

  const longestName = 3; // words

  /** The words that a correction put in the place of others; "" where it is more than a name. */
  function changedName(old, now) {
    const [before, after] = [old, now].map((one) => oneLine(one).split(" "));
    while (before.length && after.length && before[0] === after[0]) { before.shift(); after.shift(); }
    while (before.length && after.length && before.at(-1) === after.at(-1)) { before.pop(); after.pop(); }
    const bare = (words) => words.join(" ").replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu, "");
    const fits = before.length && after.length && before.length <= longestName && after.length <= longestName;
    return fits && bare(before) !== bare(after) ? bare(after) : "";
  }

  const glossary = data.glossary;
  const columns = () => [...new Set([...glossary.languages, ...terms().filter((one) => one.add).map((one) => one.language)])];
  const terms = () => made.map((one) => one.term).filter(Boolean);
  const ready = () => terms().filter((one) => one.add && one.cells[one.language].trim());

  function offerNames() {
    byId("names").hidden = !terms().length;
    byId("names").querySelector("ul").replaceChildren(...terms().map((term) => {
      const name = term.cells[term.language];
      const tick = element("input", { type: "checkbox", "aria-label": `Add ${name} to the glossary` });
      tick.checked = term.add;
      tick.addEventListener("change", () => { term.add = tick.checked; byId("save-names").disabled = !ready().length; });
      const cells = [...new Set([term.language, ...glossary.languages])].map((language) => {
        const cell = element("input", { type: "text", lang: language, dir: "auto", value: term.cells[language] || "", "aria-label": `${name} in ${language}` });
        cell.addEventListener("input", () => { term.cells[language] = cell.value; byId("save-names").disabled = !ready().length; });
        return element("label", {}, `${language} `, cell);
      });
      return element("li", {}, tick, ...cells);
    }));
    byId("save-names").disabled = !ready().length;
  }

  async function saveNames() {
    const rows = ready().map((term) => columns().map((language) => oneLine(term.cells[language] || "")).join("\t"));
    const lines = [columns().join("\t"), ...glossary.lines, ...rows.filter((row) => !glossary.lines.includes(row))];
    await write(glossary, `${lines.join("\n")}\n`);
  }

  // --- saving ---------------------------------------------------------------------------------------------------------

  function download(table, content) {
    const link = element("a", { href: URL.createObjectURL(new Blob([content], { type: "text/tab-separated-values" })), download: table.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    say(`Downloaded as ${table.name}: put it into ${table.folder}, then run snakemake again.`);
  }

  const files = new Map(); // where the browser can write files, those that were chosen

  /** Writes a table, to a file where the browser can. False where the person thought better of it. */
  async function write(table, content) {
    if (!window.showSaveFilePicker) {
      download(table, content);
      return true;
    }
    try {
      const file = files.get(table) || await window.showSaveFilePicker({ suggestedName: table.name });
      const stream = await file.createWritable();
      await stream.write(content);
      await stream.close();
      files.set(table, file);
      say(`Saved as ${file.name}. If that is not in ${table.folder}, put it there; then run snakemake again.`);
    } catch (error) {
      if (error.name === "AbortError") return false;
      files.delete(table);
      download(table, content);
    }
    return true;
  }

  async function save() {
    const count = made.length; // more may be made while a file is chosen
    if (!await write(table, text())) return;
    saved = count;
    redraw();
  }

  byId("undo").addEventListener("click", undo);
  byId("save").addEventListener("click", save);
  byId("save-names").addEventListener("click", saveNames);
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    if (event.key === "s") {
      event.preventDefault();
      if (made.length > saved) save();
    } else if (event.key === "z" && !event.target.matches("textarea, input")) {
      event.preventDefault();
      undo();
    }
  });
  window.addEventListener("beforeunload", (event) => { if (made.length > saved) event.preventDefault(); });
  redraw();
})();
