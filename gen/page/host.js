/*
 * The form of a host, and the host in the address.
 *
 * SPDX-License-Identifier: Apache-2.0
 */

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
