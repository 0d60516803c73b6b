"use strict";
// Sorts and searches the table of movies.
(() => {
  const table = document.getElementById("movies");
  if (!table) return;
  const body = table.tBodies[0];

  table.tHead.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const cell = button.closest("th");
    const down = cell.getAttribute("aria-sort") !== "descending";
    for (const other of table.tHead.querySelectorAll("th")) other.removeAttribute("aria-sort");
    cell.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (row) => row.cells[cell.cellIndex].dataset.sort;
    const order = button.dataset.kind === "number" ? (a, b) => value(b) - value(a) : (a, b) => value(b).localeCompare(value(a));
    const rows = [...body.rows].sort(order);
    body.append(...(down ? rows : rows.reverse()));
  });

  document.getElementById("search").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLocaleLowerCase();
    for (const row of body.rows) row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
  });

  document.documentElement.classList.add("ready");
})();
