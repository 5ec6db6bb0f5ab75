// Narrows the table of misses. Nothing is done a row until a filter is used.
"use strict";
(() => {
  const filters = document.getElementById("filters");
  const body = document.querySelector("#miss-table tbody");
  if (!filters || !body) return;
  const rows = Array.from(body.rows);
  const text = document.getElementById("filter-text");
  const order = document.getElementById("filter-order");
  const count = document.getElementById("count");
  const none = document.getElementById("none");
  const selects = Array.from(filters.querySelectorAll("select[data-field]"));
  const fold = (value) => value.normalize("NFKC").toLowerCase();
  let texts = null;

  // The texts that a reader sees, without the signals.
  const seen = (row) =>
    fold(Array.from(row.cells, (cell) =>
      Array.from(cell.children, (part) => (part.tagName === "DETAILS" ? "" : part.textContent)).join(" ")
    ).join(" "));

  const has = (row, field, value) => {
    const held = row.dataset[field];
    return field === "reports" ? held.split(" ").includes(value) : held === value;
  };

  const narrow = () => {
    const words = fold(text.value).split(/\s+/).filter(Boolean);
    if (words.length && !texts) texts = rows.map(seen);
    let shown = 0;
    rows.forEach((row, index) => {
      const kept =
        selects.every(({ value, dataset }) => value === "" || has(row, dataset.field, value.slice(1))) &&
        words.every((word) => texts[index].includes(word));
      if (row.hidden === kept) row.hidden = !kept;
      shown += kept;
    });
    count.textContent = `${shown} of ${rows.length} shown`;
    none.hidden = shown > 0;
  };

  const arrange = () => {
    const sure = (row) => Number(row.dataset.confidence);
    const sign = { most: -1, least: 1 }[order.value] ?? 0;
    const sorted = sign ? rows.slice().sort((a, b) => sign * (sure(a) - sure(b))) : rows;
    body.append(...sorted);
  };

  let pending = 0;
  text.addEventListener("input", () => {
    clearTimeout(pending);
    pending = setTimeout(narrow, 120);
  });
  selects.forEach((select) => select.addEventListener("change", narrow));
  order.addEventListener("change", arrange);
  document.getElementById("filter-clear").addEventListener("click", () => {
    text.value = "";
    [...selects, order].forEach((select) => (select.selectedIndex = 0));
    arrange();
    narrow();
    text.focus();
  });
  filters.hidden = false;
  // A browser keeps what was typed when the page is loaded anew.
  if (order.selectedIndex > 0) arrange();
  narrow();
})();
