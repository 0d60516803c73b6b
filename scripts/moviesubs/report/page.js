"use strict";
// The player and the list of cues. Everything shown comes from the data in the page, as text, never as HTML.
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const tracks = new Map(data.tracks.map((track) => [track.language, track]));
  const movie = byId("movie");
  const list = byId("list");
  if (!list) return;

  // --- media -------------------------------------------------------------------------------------------------------

  /** The bytes of a base64 block of the page as an address that a media element can play; "" where there is none. */
  function embedded(id, type) {
    const block = byId(id);
    if (!block) return "";
    const binary = atob(block.textContent);
    block.remove();
    const bytes = new Uint8Array(binary.length);
    for (let k = 0; k < binary.length; k += 1) bytes[k] = binary.charCodeAt(k);
    return URL.createObjectURL(new Blob([bytes], { type }));
  }

  let sound = null; // the clips, once one is asked for
  let stopAt = Infinity; // where the stretch that is being listened to ends
  let playing = null; // the media element that plays it

  const movieWorks = () => movie && movie.src && !movie.error;
  const clipOf = (start, end) => data.clips.find(([from, to]) => from <= start + 0.01 && end <= to + 0.01);

  function start(media, from, to) {
    for (const other of [movie, sound]) if (other && other !== media) other.pause();
    stopAt = to;
    playing = media;
    media.currentTime = from;
    const started = media.play();
    if (started) started.catch(() => {});
  }

  /** Stops where the stretch ends; asked for several times a second while something plays. */
  function watchEnd() {
    if (playing && playing.currentTime >= stopAt) {
      playing.pause();
      stopAt = Infinity;
    }
  }
  setInterval(watchEnd, 40);

  /** Plays a stretch of the movie, in seconds on its clock, and stops. */
  function listen(from, to) {
    if (movieWorks()) return start(movie, from - data.start, to - data.start);
    const clip = clipOf(from, to);
    if (!clip) return notice("There is no sound for this stretch: the movie's small copy is missing.");
    if (!sound) {
      sound = new Audio(embedded("clips", "audio/mp4"));
      sound.id = "sound";
      document.body.append(sound);
    }
    return start(sound, clip[2] + from - clip[0], clip[2] + to - clip[0]);
  }

  const toPlayer = () => byId("watch").scrollIntoView();

  /** Goes to a time of the movie, in seconds on its clock. */
  function jump(to) {
    stopAt = Infinity;
    if (!movieWorks()) return;
    if (sound) sound.pause();
    movie.currentTime = Math.max(0, to - data.start + 0.02); // a player may stop a hair before a cue begins
  }

  function notice(text) {
    const place = byId("notice");
    place.textContent = text;
    place.hidden = !text;
  }

  if (movie) {
    movie.addEventListener("error", () => {
      movie.hidden = true;
      notice(`The small copy of the movie (${decodeURIComponent(movie.getAttribute("src") || "in this page")}) is missing or cannot be played.`
        + (data.clips.length ? " The sound of what is to check still plays." : ""));
    });
    if (!movie.getAttribute("src")) movie.src = embedded("preview", "video/mp4");
    movie.addEventListener("seeking", () => { if (!playing || movie.currentTime > stopAt + 1) stopAt = Infinity; });
  }

  // --- captions ----------------------------------------------------------------------------------------------------

  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const captions = new Map();
  if (movie) {
    for (const track of data.tracks) {
      const made = movie.addTextTrack("subtitles", track.name, track.language);
      for (const row of track.rows) {
        if (row.lines.length && row.end > row.start)
          made.addCue(new VTTCue(Math.max(0, row.start - data.start), row.end - data.start, row.sung ? `<i>${escaped(row.lines.join("\n"))}</i>` : escaped(row.lines.join("\n"))));
      }
      captions.set(track.language, made);
    }
  }

  // --- the list ----------------------------------------------------------------------------------------------------

  const clock = (seconds) => {
    const whole = Math.floor(seconds);
    const two = (number) => String(number).padStart(2, "0");
    return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  };

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== "") made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  let track = data.tracks[0];
  let shown = []; // the list's elements, in its order
  let flaggedOnly = true;
  const additions = []; // what other scripts of the page add to an item

  function itemOf(row) {
    const go = element("button", { type: "button", class: "cue", tabindex: "-1", title: "Jump there" });
    go.append(element("span", { class: "time" }, clock(row.start)));
    const texts = element("span", { class: "texts" });
    if (row.speaker) texts.append(element("span", { class: "says" }, element("span", { class: `dot c${data.speakers[row.speaker] || 0}` }), row.speaker));
    const text = row.lines.length ? row.lines.join("\n") : "no cue";
    texts.append(element("span", { class: row.lines.length ? (row.sung ? "text sung" : "text") : "text none", lang: row.lines.length ? track.language.split("+")[0] : "en", dir: "auto" }, text));
    if (row.source) texts.append(element("span", { class: "source", lang: data.spoken, dir: "auto" }, row.source));
    go.append(texts);
    const item = element("li", { class: row.severity ? "flagged" : "" }, go);
    if (row.severity) {
      const why = element("ul", { class: "flags" });
      for (const flag of row.flags) why.append(element("li", {}, element("span", { class: "flag" }, data.flags[flag].label), ` ${data.flags[flag].why}${row.reasons[flag] ? ` (${row.reasons[flag]})` : ""}`));
      const hear = element("button", { type: "button", class: "hear", tabindex: "-1", "aria-label": `Listen to ${clock(row.start)}` }, "▶ Listen");
      item.append(element("div", { class: "why" }, why, hear));
    } else if (row.speed) go.append(element("span", { class: "speed", title: "characters a second" }, row.speed.toFixed(0)));
    item.row = row;
    item.go = go;
    for (const added of additions) added(item);
    return item;
  }

  function fill() {
    const all = track.rows;
    const flagged = all.filter((row) => row.severity);
    const ordered = flaggedOnly ? [...flagged].sort((a, b) => b.severity - a.severity || a.start - b.start) : all;
    shown = ordered.map(itemOf);
    list.replaceChildren(...shown);
    list.scrollTop = 0;
    byId("show-flagged").querySelector("b").textContent = flagged.length.toLocaleString("en");
    byId("show-all").querySelector("b").textContent = all.length.toLocaleString("en");
    byId("show-flagged").setAttribute("aria-pressed", String(flaggedOnly));
    byId("show-all").setAttribute("aria-pressed", String(!flaggedOnly));
    for (const id of ["previous", "next"]) byId(id).disabled = !flagged.length;
    filter();
    mark();
  }

  function fillKinds() {
    const counts = new Map();
    for (const row of track.rows) for (const flag of row.flags) counts.set(flag, (counts.get(flag) || 0) + 1);
    const options = [...counts].sort((a, b) => b[1] - a[1]).map(([flag, count]) => element("option", { value: flag }, `${data.flags[flag].label} (${count})`));
    byId("kind").replaceChildren(element("option", { value: "any" }, "any"), ...options);
  }

  function filter() {
    const wanted = byId("search").value.trim().toLocaleLowerCase().normalize();
    const kind = byId("kind").value;
    let count = 0;
    for (const item of shown) {
      const row = item.row;
      const text = `${row.lines.join(" ")} ${row.source} ${row.speaker} ${clock(row.start)}`.toLocaleLowerCase().normalize();
      item.hidden = !((kind === "any" || row.flags.includes(kind)) && text.includes(wanted));
      count += item.hidden ? 0 : 1;
    }
    const what = flaggedOnly ? "to check, what matters most first" : "in order of time";
    byId("count").textContent = shown.length ? `${count.toLocaleString("en")} of ${shown.length.toLocaleString("en")} ${what}.` : "Nothing was flagged in this track.";
    const first = visible()[0];
    if (first && !visible().some((item) => item.go.tabIndex === 0)) reach(first);
  }

  const visible = () => shown.filter((item) => !item.hidden);

  /** Makes one item the list's only stop for the Tab key. */
  function reach(item) {
    for (const other of list.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    for (const button of item.querySelectorAll("button")) button.tabIndex = 0;
  }

  /** Scrolls the list, not the page, so that an item is seen. */
  function bringIntoView(item) {
    const top = item.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top + item.offsetHeight > list.scrollTop + list.clientHeight)
      list.scrollTop = top - (list.clientHeight - item.offsetHeight) / 3;
  }

  function choose(item, focus) {
    for (const other of list.querySelectorAll(".chosen")) other.classList.remove("chosen");
    item.classList.add("chosen");
    reach(item);
    bringIntoView(item);
    if (focus) item.go.focus({ preventScroll: true });
  }

  /** Marks the cue that is on the screen, and keeps it in sight while the movie plays. */
  function mark() {
    if (!movie) return;
    const now = movie.currentTime + data.start;
    for (const item of shown) {
      const on = item.row.start <= now && now < item.row.end;
      if (on === item.classList.contains("now")) continue;
      item.classList.toggle("now", on);
      if (on) item.go.setAttribute("aria-current", "true");
      else item.go.removeAttribute("aria-current");
      if (on && !flaggedOnly && !movie.paused && !list.matches(":hover, :focus-within")) bringIntoView(item);
    }
  }

  function chooseTrack(language) {
    track = tracks.get(language);
    byId("track").value = language;
    for (const [code, made] of captions) made.mode = code === language ? "showing" : "disabled";
    for (const part of document.querySelectorAll(".track")) part.hidden = part.dataset.language !== language;
    fillKinds();
    fill();
  }

  /** Draws the list again where something about its rows has changed; what was chosen stays so, and keeps the keyboard. */
  function redraw() {
    const had = list.contains(document.activeElement);
    const chosen = list.querySelector(".chosen");
    const top = list.scrollTop;
    const row = chosen && chosen.row;
    fill();
    list.scrollTop = top;
    const again = row && shown.find((item) => item.row === row);
    if (again) choose(again, had);
  }

  /** Gives an item the keyboard. */
  function focus(row) {
    const item = visible().find((one) => one.row === row);
    if (item) choose(item, true);
  }

  function showFlagged(wanted) {
    flaggedOnly = wanted;
    fill();
  }

  /** Goes from one cue to check to the next, in order of time. */
  function step(direction) {
    const current = list.querySelector(".chosen");
    const now = current ? current.row.start : (movie ? movie.currentTime + data.start : data.start);
    const flagged = visible().filter((item) => item.row.severity).sort((a, b) => a.row.start - b.row.start);
    const next = direction > 0 ? flagged.find((item) => item.row.start > now + 0.001) : flagged.findLast((item) => item.row.start < now - 0.001);
    const item = next || flagged.at(direction > 0 ? 0 : -1);
    if (!item) return;
    choose(item, false);
    jump(item.row.start);
  }

  list.addEventListener("click", (event) => {
    const item = event.target.closest("#list > li");
    if (!item) return;
    choose(item, true);
    if (event.target.closest(".hear")) listen(...item.row.listen);
    else if (event.target.closest(".cue")) jump(item.row.start);
  });
  list.addEventListener("keydown", (event) => {
    const items = visible();
    const at = items.indexOf(event.target.closest("#list > li"));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1, PageDown: at + 8, PageUp: at - 8 }[event.key];
    if (to === undefined || !items.length) return;
    event.preventDefault();
    choose(items[Math.min(items.length - 1, Math.max(0, to))], true);
  });
  byId("track").addEventListener("change", (event) => chooseTrack(event.target.value));
  byId("kind").addEventListener("change", filter);
  byId("search").addEventListener("input", filter);
  byId("show-flagged").addEventListener("click", () => showFlagged(true));
  byId("show-all").addEventListener("click", () => showFlagged(false));
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  if (movie) {
    for (const event of ["timeupdate", "seeked"]) movie.addEventListener(event, mark);
    // a track chosen in the player's own menu
    movie.textTracks.addEventListener("change", () => {
      const now = [...captions].find(([, made]) => made.mode === "showing");
      if (now && now[0] !== track.language) chooseTrack(now[0]);
    });
  }

  // --- pictures ----------------------------------------------------------------------------------------------------

  const share = (event, place) => {
    const box = place.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };

  document.addEventListener("click", (event) => {
    const go = event.target.closest(".go");
    if (go) return listen(Number(go.dataset.start), Number(go.dataset.end));
    const strip = event.target.closest(".jump");
    if (strip) {
      toPlayer();
      return jump(Number(strip.dataset.start) + share(event, strip) * Number(strip.dataset.length));
    }
    const field = event.target.closest(".field");
    if (!field) return undefined;
    const at = data.start + share(event, field) * (data.end - data.start);
    const cues = track.rows.filter((row) => row.lines.length);
    if (!cues.length) return undefined;
    const nearest = cues.reduce((best, row) => (Math.abs(row.start - at) < Math.abs(best.start - at) ? row : best));
    if (flaggedOnly && !nearest.severity) showFlagged(false);
    const item = shown.find((one) => one.row === nearest);
    if (item.hidden) {
      byId("search").value = "";
      byId("kind").value = "any";
      filter();
    }
    toPlayer();
    choose(item, false);
    return jump(nearest.start);
  });

  if (!track.rows.some((row) => row.severity)) flaggedOnly = false;
  chooseTrack(track.language);
  if (movie && movie.error) movie.dispatchEvent(new Event("error"));
  window.report = { data, list, element, clock, redraw, focus, track: () => track, onItem: (addition) => additions.push(addition) };
  document.documentElement.classList.add("ready");
})();
