/*
 * The page: a host to try, filters, the picture.
 *
 * SPDX-License-Identifier: Apache-2.0
 */

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
