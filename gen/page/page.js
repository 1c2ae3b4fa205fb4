/*
 * What the report does besides being read: hosts are tried, by means of evaluate.js, and rows and changes are
 * filtered. Without it everything but the trying is there.
 *
 * SPDX-License-Identifier: Apache-2.0
 */

/* ---- elements --------------------------------------------------------------------------------------------------- */

const byId = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/* Texts only ever become text nodes and attributes: nothing of a rule file is taken for markup. */
function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes))
        if (value !== undefined && value !== false)
            element.setAttribute(key, value === true ? "" : value);
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
}

const code = (text, attributes = {}) => make("code", attributes, text);

function counted(count, what) {
    return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function reference(see) {
    if (!see)
        return null;
    return /^https?:\/\//.test(see) ? make("a", { class: "see", href: see, rel: "noreferrer" }, see)
        : make("span", { class: "see" }, see);
}

function place(from) {
    return code(`${from.file}:${from.line}`, { class: "place" });
}

/* "proven; tried there", or null where nothing is known. */
function known({ proven, evidence: texts }) {
    if (!texts)
        return null;
    return make("span", { class: "tried" },
        (proven ? ["proven"] : []).concat(texts.length > 0 ? texts : ["not tried"]).join("; "));
}

/* Reason, reference, tags, what is known, and place, with blanks between. */
function evidence(of) {
    const { because, reason, see, tag, file, line, row } = of;
    const parts = [because || reason ? make("span", { class: "reason" }, because || reason) : null, reference(see),
        tag ? make("span", { class: "tag" }, tag) : null, known(of), place({ file, line }),
        row ? make("span", { class: "label" }, row) : null];
    return parts.filter(Boolean).flatMap((part) => [part, " "]);
}

/* ---- the form of a host ----------------------------------------------------------------------------------------- */

const controlId = (name) => `host-${name}`;

function optionsOf(rules, type) {
    const members = kindOf(type) === "bool" ? [{ name: "no" }, { name: "yes" }] : membersOf(rules, type);
    return members.map(({ name, title }) => ({ name, words: title ? `${name}: ${title}` : name }))
        .concat(type.orUnknown ? [{ name: "unknown", words: "unknown" }] : []);
}

function limitsOf(rules, input) {
    const { maxLength, patternText, defaultText, defaultValue } = rules.inputs[input];
    const type = typeOf(rules, input);
    const text = patternText ? `text like ${patternText}` : `${typeWords(rules, type)} of at most ${maxLength} bytes`;
    const usual = defaultText || (defaultValue > UNSET ? valueText(rules, type, defaultValue) : "");
    const limits = rules.limits.filter((limit) => limit.input === input)
        .map((limit) => `; at most ${limit.maxLength} when ${limit.words}`).join("");
    const FROM_OPTIONAL = 2;
    return (isText(type) ? text : typeWords(rules, type)) + limits + (usual ? `; ${usual} if empty` : "") +
        (rules.inputs[input].isParam === FROM_OPTIONAL ? "; may be left empty" : "");
}

function selectControl(rules, input) {
    const type = typeOf(rules, input);
    const given = rules.inputs[input].isParam ? [make("option", { value: "" }, "not given")] : [];
    return make("select", {}, ...given, ...optionsOf(rules, type).map(({ name, words }) =>
        make("option", { value: name }, words)));
}

/* The edges that the rules know are suggested. */
function suggestions(rules, input, id) {
    const asked = rules.asked.find((one) => one.input === input);
    const type = typeOf(rules, input);
    if (!asked || asked.firstCut === NONE || isText(type))
        return null;
    const edges = rules.cuts.slice(asked.firstCut, asked.firstCut + asked.nCodes - 1);
    const words = [...edges.flatMap((edge) => edge > type.lo ? [edge - 1n, edge] : [edge])]
        .map((value) => valueText(rules, type, value)).filter((text) => !text.includes(String(VERSION_PART)));
    return make("datalist", { id }, ...[...new Set(words), ...(type.orUnknown ? ["unknown"] : [])].map((value) =>
        make("option", { value })));
}

function textControl(rules, input, listId) {
    const numeric = kindOf(typeOf(rules, input)) === "int" && !typeOf(rules, input).orUnknown;
    return make("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
                           inputmode: numeric ? "numeric" : undefined, list: listId });
}

function field(rules, input) {
    const { name, title } = rules.inputs[input];
    const id = controlId(name);
    const isChoice = ["bool", "enum"].includes(kindOf(typeOf(rules, input)));
    const list = isChoice ? null : suggestions(rules, input, `${id}-list`);
    const control = isChoice ? selectControl(rules, input) : textControl(rules, input, list ? list.id : undefined);
    const hint = isChoice ? null : make("span", { class: "hint", id: `${id}-hint` }, limitsOf(rules, input));
    control.id = id;
    control.name = name;
    control.setAttribute("aria-describedby", (hint ? `${hint.id} ` : "") + `${id}-problem`);
    return make("div", { class: "field" },
        make("label", { for: id }, code(name), title ? make("span", { class: "title" }, title) : null),
        control, list, hint, make("span", { class: "problem", id: `${id}-problem` }));
}

/* What a control shows at first: the rules' default, else the first value; of a parameter that has none nothing. */
function firstValue(rules, input) {
    const { defaultText, defaultValue, isParam } = rules.inputs[input];
    const type = typeOf(rules, input);
    if (defaultText || defaultValue > UNSET)
        return defaultText || valueText(rules, type, defaultValue);
    if (isParam)
        return "";
    if (type.nMembers > 0)
        return kindOf(type) === "bool" ? "no" : membersOf(rules, type)[0].name;
    return type.orUnknown ? "unknown" : valueText(rules, type, type.lo);
}

/* Inputs of all sides by name, those of the last one first. */
function inputsOf(sides) {
    const inputs = new Map();
    for (const { rules } of [...sides].reverse())
        rules.inputs.forEach(({ name }, input) => {
            if (!inputs.has(name))
                inputs.set(name, { name, rules, input, first: firstValue(rules, input) });
        });
    return [...inputs.values()];
}

function fieldset(words, inputs) {
    return inputs.length === 0 ? null : make("fieldset", {}, make("legend", {}, words),
        make("div", { class: "fields" }, ...inputs.map(({ rules, input }) => field(rules, input))));
}

function buildForm(form, inputs) {
    const isFact = ({ rules, input }) => input < rules.nFacts;
    form.append(...[fieldset("Facts", inputs.filter(isFact)),
        fieldset("Parameters", inputs.filter((one) => !isFact(one)))].filter(Boolean),
        make("p", { class: "buttons" }, make("button", { type: "reset" }, "Start again")));
}

function settingsOf(inputs) {
    const settings = {};
    for (const { name } of inputs) {
        const { value } = byId(controlId(name));
        if (value !== "")
            settings[name] = value;
    }
    return settings;
}

/* ---- the host in the address ------------------------------------------------------------------------------------ */

const ADDRESS = "#host:";

function fill(inputs, values = new Map()) {
    for (const { name, first } of inputs)
        byId(controlId(name)).value = values.get(name) ?? first;
}

/* Whether a control takes a value: choices take theirs only. Of the rest the rules are asked later. */
function isTaken({ name, rules, input }, value) {
    const control = byId(controlId(name));
    if (control.tagName === "SELECT")
        return [...control.options].some((option) => option.value === value);
    return byteLength(value) <= Math.max(64, 2 * (rules.inputs[input].maxLength || 0));
}

/* Fills the form from the address. Returns what of it is not understood, in words. */
function readAddress(inputs) {
    if (!location.hash.startsWith(ADDRESS))
        return null;
    const values = new Map();
    const ignored = [];
    const known = new Map(inputs.map((input) => [input.name, input]));
    for (const [name, value] of new URLSearchParams(location.hash.slice(ADDRESS.length)))
        if (known.has(name) && isTaken(known.get(name), value))
            values.set(name, value);
        else
            ignored.push(`${name} = ${value}`.slice(0, 80));
    fill(inputs, values);
    return ignored;
}

function writeAddress(inputs) {
    const values = new URLSearchParams();
    for (const { name, first } of inputs)
        if (byId(controlId(name)).value !== first)
            values.set(name, byId(controlId(name)).value);
    history.replaceState(null, "", ADDRESS + values);
}

/* Does it a little later, and once only: browsers refuse an address that changes with every key. */
function later(act) {
    const PAUSE = 250;
    let timer = 0;
    return () => {
        clearTimeout(timer);
        timer = setTimeout(act, PAUSE);
    };
}

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

/* ---- trying a host ---------------------------------------------------------------------------------------------- */

/* Tells others which host it is: the filters mark the rows that decide it. */
function tryHosts(sides, told) {
    const form = byId("host-form");
    const inputs = inputsOf(sides);
    const writeLater = later(() => writeAddress(inputs));
    const status = make("p", { role: "status", id: "host-status" });
    const result = make("div", {});
    let before = null;
    let last = null;

    function show(ignored) {
        const settings = settingsOf(inputs);
        last = JSON.stringify(settings);
        const results = sides.map(({ rules }) => evaluate(rules, settings));
        const lines = results.map((one, i) => [headline(one), sides[i].title])
            .map(([[words, kind], title]) => make("span", { class: kind }, title ? `${title}: ${words}` : words));
        const strange = ignored?.length ? [make("span", { class: "refused" },
            `Not understood in the address: ${ignored.join(", ")}`)] : [];
        status.replaceChildren(...strange, ...lines);
        showProblems(inputs, results);
        result.replaceChildren(settingsLine(settings), make("h3", {}, "Decisions of this host"), decisionTable(sides, results, before),
            ...warningList(results));
        byId("host-line").replaceChildren(...argvBlock(sides, results));
        before = results.map(byName);
        told(results);
    }

    buildForm(form, inputs);
    fill(inputs);
    byId("host-result").append(status, result);
    show(readAddress(inputs));
    form.addEventListener("submit", (event) => event.preventDefault());
    whenChanged(form, () => {
        if (JSON.stringify(settingsOf(inputs)) === last)
            return;
        writeLater();
        show();
    });
    form.addEventListener("reset", (event) => {
        event.preventDefault();
        fill(inputs);
        writeLater();
        show();
    });
    addEventListener("hashchange", () => {
        const ignored = readAddress(inputs);
        if (ignored)
            show(ignored);
    });
}

/* ---- which rows apply ------------------------------------------------------------------------------------------- */

const filters = () => all("#filters select[data-name]");

/* The code that a filter has for a value of an input. */
function filterCode(select, type, value) {
    const known = Number(select.dataset.known);
    if (isText(type))
        return value > UNSET ? 1 : 0;
    if (value === UNKNOWN)
        return known;
    if (select.dataset.cuts === undefined)
        return Number(value);
    return select.dataset.cuts.split(" ").filter((cut) => cut !== "" && BigInt(cut) <= value).length;
}

/* The codes of all columns that a host comes to, by name. */
function columnCodes(rules, values, decided) {
    const codes = new Map(rules.decisions.map(({ name }, i) => [name, decided(i)]));
    for (const select of filters()) {
        const input = rules.inputIndex.get(select.dataset.name);
        if (input !== undefined)
            codes.set(select.dataset.name, filterCode(select, typeOf(rules, input), values[input]));
    }
    return codes;
}

class MatrixTable {
    constructor(table) {
        this.table = table;
        this.decisions = table.dataset.decisions.split(" ");
        this.columns = all("thead th[data-column]", table).map((cell) => cell.dataset.column);
        this.rows = all("tbody tr", table).map((row) => this.readRow(row));
    }

    /* Its conditions, each a set of codes; of some columns there is none. */
    readRow(row) {
        const cells = [...row.cells].slice(1, 1 + this.columns.length);
        const sets = cells.map(({ dataset }) =>
            dataset.codes === undefined ? null : new Set(dataset.codes.split(" ").map(Number)));
        return { element: row, sets, text: row.textContent.toLowerCase() };
    }

    fits(row, codes) {
        return row.sets.every((set, i) => !set || set.has(codes.get(this.columns[i])));
    }

    /* Whether a row's own conditions allow what is asked for. */
    allows(row, wanted) {
        return row.sets.every((set, i) => !set || !wanted.has(this.columns[i]) || set.has(wanted.get(this.columns[i])));
    }
}

const MAX_CASES = 20000;

/* The values of an input that anything can tell apart; those that a filter asks for only. */
function caseValues(rules, input, wanted) {
    const type = typeOf(rules, input);
    const { name } = rules.inputs[input];
    const select = filters().find(({ dataset }) => dataset.name === name);
    const asked = rules.asked.find((one) => one.input === input);
    const cuts = new Set(asked && asked.firstCut !== NONE
        ? rules.cuts.slice(asked.firstCut, asked.firstCut + asked.nCodes - 1) : []);
    for (const cut of select?.dataset.cuts?.split(" ").filter(Boolean) ?? [])
        cuts.add(BigInt(cut));
    let values = [type.lo, ...cuts];
    if (isText(type))
        values = [noValue(rules, input), 1n];
    else if (type.nMembers > 0)
        values = Array.from({ length: type.nMembers }, (_, i) => BigInt(i));
    if (type.orUnknown && !isText(type))
        values.push(UNKNOWN);
    return wanted.has(name) ? values.filter((value) => filterCode(select, type, value) === wanted.get(name)) : values;
}

/* All combinations of values of some inputs; null if they are too many. */
function casesOf(rules, inputs, wanted, values) {
    const lists = inputs.map((input) => caseValues(rules, input, wanted));
    if (lists.reduce((product, list) => product * list.length, 1) > MAX_CASES)
        return null;
    return lists.reduce((cases, list, i) => cases.flatMap((one) => list.map((value) =>
        Object.assign([...one], { [inputs[i]]: value }))), [values]);
}

/*
 * The rows of a table that some host with the wanted codes comes to: all cases of the inputs behind it are gone
 * through. Where these are too many, the rows' own conditions must do. Hosts that the rules refuse count, too.
 */
function rowsThatApply(rules, table, wanted) {
    const decision = rules?.decisions.find(({ name }) => name === table.decisions[0]);
    const behind = (name) => {
        const { firstFact, nFacts } = rules.decisions.find((one) => one.name === name) ?? { nFacts: 0 };
        const own = rules.inputIndex.get(name);
        return [...rules.words.slice(firstFact, firstFact + nFacts), ...(own === undefined ? [] : [own])];
    };
    const inputs = decision ? [...new Set([...table.decisions, ...table.columns, ...wanted.keys()].flatMap(behind))] : [];
    const first = (rules?.inputs ?? []).map((declared, i) =>
        declared.isParam ? noValue(rules, i) : isText(typeOf(rules, i)) ? UNSET : typeOf(rules, i).lo);
    const cases = decision ? casesOf(rules, inputs, wanted, first) : null;
    if (!cases)
        return new Set(table.rows.filter((row) => table.allows(row, wanted)));
    const found = new Set();
    for (const values of cases) {
        const { codes } = decide(rules, { values });
        const columns = columnCodes(rules, values, (i) => codes[rules.decisions[i].var]);
        if ([...wanted].every(([name, value]) => !columns.has(name) || columns.get(name) === value))
            table.rows.filter((row) => table.fits(row, columns)).forEach((row) => found.add(row));
    }
    return found;
}

/* ---- filters of the matrix -------------------------------------------------------------------------------------- */

function mark(row, decides) {
    const cell = row.element.cells[0];
    row.element.classList.toggle("current", decides);
    cell.querySelector(".badge")?.remove();
    if (decides)
        cell.append(" ", make("span", { class: "badge" }, "this host"));
}

function filterMatrix(form, rules) {
    const tables = all("table.matrix").map((table) => new MatrixTable(table));
    const status = byId("filter-status");
    let host = null;

    function wantedCodes() {
        return new Map(filters().filter(({ value }) => value !== "")
            .map((select) => [select.dataset.name, Number(select.value)]));
    }

    function showTable(table, wanted, words) {
        const applying = wanted.size > 0 ? rowsThatApply(rules, table, wanted) : new Set(table.rows);
        let shown = 0;
        for (const row of table.rows) {
            const decides = host !== null && table.fits(row, host);
            const visible = applying.has(row) && words.every((word) => row.text.includes(word)) &&
                (decides || !byId("only-host").checked);
            mark(row, decides);
            row.element.hidden = !visible;
            shown += visible;
        }
        table.table.closest("section").hidden = shown === 0;
        return shown;
    }

    function show() {
        const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
        const wanted = wantedCodes();
        const counts = tables.map((table) => showTable(table, wanted, words));
        const rows = counts.reduce((sum, count) => sum + count, 0);
        const total = tables.reduce((sum, table) => sum + table.rows.length, 0);
        status.textContent = rows === total ? `All ${total} rows are shown.`
            : `${rows} of ${counted(total, "row")} in ${counts.filter(Boolean).length} of ${counted(tables.length, "table")}.`;
    }

    form.addEventListener("submit", (event) => event.preventDefault());
    whenChanged(form, show);
    form.addEventListener("reset", () => setTimeout(show));
    show();
    return (results) => {
        const [{ values, decisions }] = results;
        const reached = new Map(decisions.map((decision, i) => [i, decision.code]));
        host = columnCodes(rules, values, (i) => reached.get(i));
        show();
    };
}

/* ---- filters of changes ----------------------------------------------------------------------------------------- */

function filterChanges(form) {
    const items = all("[data-change]").map((element) => ({ element, text: element.textContent.toLowerCase() }));
    const status = byId("filter-status");

    function isShown({ element, text }, words) {
        const kind = byId("change-kind").value;
        return (kind === "" || element.dataset.change === kind) &&
            (!byId("only-security").checked || element.dataset.security === "yes") &&
            words.every((word) => text.includes(word));
    }

    function show() {
        const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
        let shown = 0;
        for (const item of items) {
            const visible = isShown(item, words);
            item.element.hidden = !visible;
            shown += visible;
        }
        status.textContent = shown === items.length ? `All ${counted(items.length, "change")} are shown.`
            : `${shown} of ${counted(items.length, "change")}.`;
    }

    form.addEventListener("submit", (event) => event.preventDefault());
    whenChanged(form, show);
    form.addEventListener("reset", () => setTimeout(show));
    show();
}

/* ---- the picture: what belongs to a node ------------------------------------------------------------------------ */

function pointAtNodes(picture) {
    const edges = all("[data-from]", picture);
    const near = (node) => edges.filter(({ dataset }) => dataset.from === node || dataset.to === node);

    function point(node) {
        const lit = node === null ? [] : near(node);
        const nodes = new Set(lit.flatMap(({ dataset }) => [dataset.from, dataset.to]).concat(node ?? []));
        picture.classList.toggle("pointed", node !== null);
        edges.forEach((edge) => edge.classList.toggle("lit", lit.includes(edge)));
        all("[data-node]", picture).forEach((one) => one.classList.toggle("lit", nodes.has(one.dataset.node)));
    }

    picture.addEventListener("pointerover", ({ target }) => point(target.closest("[data-node]")?.dataset.node ?? null));
    picture.addEventListener("pointerleave", () => point(null));
}

/* On paper everything is open. */
function openForPrint() {
    let opened = [];
    addEventListener("beforeprint", () => {
        opened = all("details:not([open])");
        opened.forEach((one) => { one.open = true; });
    });
    addEventListener("afterprint", () => opened.forEach((one) => { one.open = false; }));
}

/* ---- start ------------------------------------------------------------------------------------------------------ */

const TITLES = { now: "", old: "Old", new: "New" };

function readSides() {
    return all("script[data-tables]").map(({ dataset, textContent }) =>
        ({ name: dataset.tables, title: TITLES[dataset.tables], rules: readTables(fromBase64(textContent)) }));
}

function start() {
    let sides = [];
    all("[data-scripted]").forEach((element) => { element.hidden = false; });
    try {
        sides = readSides();
    } catch (problem) {
        byId("host-result")?.append(make("p", { class: "problem" }, problem.message));
    }
    muster.sides = sides;
    let told = () => {};
    const form = byId("filters");
    if (form && all("table.matrix").length > 0)
        told = filterMatrix(form, sides[0]?.rules);
    else if (form)
        filterChanges(form);
    if (sides.length > 0)
        all("[data-needs-tables]").forEach((element) => { element.hidden = false; });
    if (sides.length > 0)
        tryHosts(sides, sides.length === 1 && all("table.matrix").length > 0 ? told : () => {});
    all(".picture svg").forEach(pointAtNodes);
    openForPrint();
}

if (globalThis.document)
    start();

globalThis.muster = muster;
