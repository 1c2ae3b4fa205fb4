/*
 * What the rules decide for a host.
 *
 * SPDX-License-Identifier: Apache-2.0
 */

/* ---- results ---------------------------------------------------------------------------------------------------- */

function showProblems(inputs, results) {
    for (const { name } of inputs) {
        const words = results.map(({ problems }) => problems[name]).find(Boolean) ?? "";
        const control = byId(controlId(name));
        if (words)
            control.setAttribute("aria-invalid", "true");
        else
            control.removeAttribute("aria-invalid");
        byId(`${controlId(name)}-problem`).textContent = words;
    }
}

function headline({ refused, missing, problems, warnings }) {
    const bad = Object.keys(problems).length;
    if (refused)
        return ["No command line: " + refused, "refused"];
    if (bad > 0)
        return [`${counted(bad, "value")} refused: ${Object.values(problems).join("; ")}`, "refused"];
    const warned = warnings.length > 0 ? ` ${counted(warnings.length, "warning")}.` : "";
    if (missing.length > 0)
        return [`Everything is decided; the command line waits for ${missing.join(", ")}.${warned}`, "waiting"];
    return ["Everything is decided, and the command line is complete." + warned, "good"];
}

function decidedCell(decision, before) {
    if (!decision)
        return make("td", { class: "outcome" }, "none");
    const value = decision.value === null ? make("span", { class: "any" }, "not reached")
        : code(decision.value);
    const as = decision.text && decision.text !== decision.value
        ? make("span", { class: "as" }, "as ", code(decision.text)) : null;
    const changed = before && before.value !== decision.value
        ? make("span", { class: "changed" }, `was ${before.value ?? "not reached"}`) : null;
    return make("td", { class: "outcome", "data-label": "value" }, value, " ", as, " ", changed);
}

function decisionRow(name, decisions, before) {
    const last = decisions.findLast(Boolean);
    const differ = decisions.length > 1 && decisions[0]?.value !== decisions[1]?.value;
    const cells = decisions.map((decision, i) => decidedCell(decision, before?.[i].get(name)));
    const name_ = make("th", { scope: "row", "data-label": "decision" }, code(name), " ",
        differ ? make("span", { class: "badge" }, "differs") : null);
    return make("tr", { class: differ ? "differs" : undefined }, name_, ...cells,
        make("td", { class: "because", "data-label": "because" }, ...evidence(last)));
}

const byName = (result) => new Map(result.decisions.map((decision) => [decision.name, decision]));

function decisionTable(sides, results, before) {
    const maps = results.map(byName);
    const names = [...new Set(results.flatMap((result) => result.decisions.map(({ name }) => name)))];
    const titles = sides.length > 1 ? sides.map(({ title }) => title) : ["Value"];
    const columns = ["Decision", ...titles, "Because"].map((words) => make("th", { scope: "col" }, words));
    const rows = names.map((name) => decisionRow(name, maps.map((map) => map.get(name)), before));
    return make("div", { class: "scroll", role: "region", "aria-label": "Decisions of this host", tabindex: "0" },
        make("table", { class: "cards" }, make("caption", {}, counted(names.length, "decision")),
            make("thead", {}, make("tr", {}, ...columns)), make("tbody", {}, ...rows)));
}

function warningList(results) {
    const warnings = results.at(-1).warnings;
    if (warnings.length === 0)
        return [];
    return [make("h3", {}, "Warnings"), make("ul", { class: "warnings" }, ...warnings.map((warning) =>
        make("li", {}, make("strong", {}, warning.text), " ", ...evidence(warning))))];
}

/* ---- the command line: an option and its arguments are a line --------------------------------------------------- */

function linesOf(result) {
    const lines = [];
    result.shown.forEach((text, i) => {
        if (i === 0 || text.startsWith("-"))
            lines.push({ words: [], notes: [], incomplete: false });
        const line = lines.at(-1);
        line.words.push(text);
        line.incomplete ||= result.incomplete.has(i);
        line.notes.push(...result.remarks.filter((note) => note.argument === i));
    });
    return lines;
}

/* As a shell reads it back. */
function shellWord(word) {
    return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

const lineText = (line) => line.words.map(shellWord).join(" ");

function noteItem(note) {
    return make("li", {}, ...evidence(note));
}

/* Of two lines of the same option only what differs is marked, piece by piece. */
function markedWords(text, partner, mark) {
    const SIGNS = { del: "removed ", ins: "added " };
    const split = (whole) => whole.split(/([ ,])/).filter(Boolean);
    const pieces = partner === undefined ? [text] : split(text);
    const missing = partner === undefined ? new Set([0]) : differing(pieces, split(partner));
    return pieces.map((piece, i) =>
        missing.has(i) ? make(mark, {}, make("span", { class: "sign" }, SIGNS[mark]), piece) : piece);
}

function argvLine(line, mark, partner) {
    const notes = line.notes.filter((note) => note.reason || note.see || note.tag);
    const words = mark ? markedWords(lineText(line), partner, mark) : [lineText(line)];
    return make("li", {},
        make("code", { class: line.incomplete ? "incomplete" : undefined }, ...words), " ",
        line.incomplete ? make("span", { class: "badge" }, "value missing") : null,
        notes.length > 0 ? make("ul", { class: "notes" }, ...notes.map(noteItem)) : null);
}

/* Which lines of one side the other lacks: those outside a longest common sequence. */
function differing(mine, others) {
    const lengths = Array.from({ length: mine.length + 1 }, () => new Array(others.length + 1).fill(0));
    for (let i = mine.length - 1; i >= 0; i--)
        for (let k = others.length - 1; k >= 0; k--)
            lengths[i][k] = mine[i] === others[k] ? lengths[i + 1][k + 1] + 1
                : Math.max(lengths[i + 1][k], lengths[i][k + 1]);
    const missing = new Set();
    for (let i = 0, k = 0; i < mine.length;)
        if (k < others.length && mine[i] === others[k]) {
            i++;
            k++;
        } else if (k < others.length && lengths[i][k + 1] >= lengths[i + 1][k]) {
            k++;
        } else {
            missing.add(i++);
        }
    return missing;
}

function copyButton(lines) {
    const button = make("button", { type: "button" }, "Copy");
    const status = make("span", { role: "status", class: "hint" });
    button.addEventListener("click", async () => {
        try {
            await navigator.clipboard.writeText(lines.map(lineText).join(" \\\n    "));
            status.textContent = "copied";
        } catch {
            status.textContent = "the browser does not let this page copy";
        }
    });
    return make("p", { class: "buttons" }, button, " ", status);
}

function argvList(lines, label) {
    return make("ol", { class: "argv", "aria-label": label }, ...lines.map((line) => argvLine(line)));
}

/* One side of two; what differs is paired with the other side's uses of the same option, one by one. */
function argvSide(lines, others, mark, label) {
    const texts = lines.map(lineText);
    const otherTexts = others.map(lineText);
    const missing = differing(texts, otherTexts);
    const partners = [...differing(otherTexts, texts)].map((i) => others[i]);
    const items = lines.map((line, i) => {
        if (!missing.has(i))
            return argvLine(line);
        const at = partners.findIndex((other) => other.words[0] === line.words[0]);
        return argvLine(line, mark, at < 0 ? undefined : lineText(partners.splice(at, 1)[0]));
    });
    return make("ol", { class: "argv", "aria-label": label }, ...items);
}

function argvBlock(sides, results) {
    const lines = results.map(linesOf);
    if (sides.length === 1)
        return lines[0].length === 0 ? [] : [make("h3", {}, "Command line"), copyButton(lines[0]),
            argvList(lines[0], "Command line")];
    const marks = ["del", "ins"];
    return [make("h3", {}, "Command line"), make("div", { class: "sides" }, ...sides.map(({ title }, i) =>
        make("div", {}, make("h4", {}, title),
            results[i].refused ? make("p", { class: "problem" }, results[i].refused)
                : argvSide(lines[i], lines[1 - i], marks[i], `${title}: command line`))))];
}

function settingsLine(settings) {
    return make("p", { class: "paper" }, ...Object.entries(settings).flatMap(([name, value], i) =>
        [i > 0 ? ", " : "", code(`${name} = ${value}`)]));
}

/* Choices are told by one of these events or by both, as the browser likes. */
function whenChanged(form, tell) {
    form.addEventListener("input", tell);
    form.addEventListener("change", tell);
}
