/*
 * Values, parameters and hosts: values.c, errors.c and params.c of runtime/lib as JavaScript.
 *
 * SPDX-License-Identifier: Apache-2.0
 */

/* ---- values as people write them: runtime/lib/values.c -------------------------------------------------------------- */

class Refused extends Error {
    constructor(words, more = {}) {
        super(words);
        Object.assign(this, more);
    }
}

function typeOf(rules, input) {
    return rules.types[rules.inputs[input].type];
}

function kindOf(type) {
    return KINDS[type.kind];
}

function isText(type) {
    return kindOf(type) === "text" || kindOf(type) === "path";
}

function membersOf(rules, type) {
    return rules.members.slice(type.firstMember, type.firstMember + type.nMembers);
}

function versionText(value) {
    return [value >> 40n, (value >> 20n) & VERSION_PART, value & VERSION_PART].join(".");
}

function valueText(rules, type, value) {
    if (value === UNKNOWN)
        return "unknown";
    if (value === UNSET)
        return "";
    if (type.nMembers > 0)
        return membersOf(rules, type)[Number(value)]?.name ?? "?";
    return kindOf(type) === "version" ? versionText(value) : String(value);
}

function readVersion(text) {
    if (!/^[0-9]+(\.[0-9]+){1,2}$/.test(text))
        return null;
    const [a, b, c = 0n] = text.split(".").map(BigInt);
    return a > VERSION_PART || b > VERSION_PART || c > VERSION_PART ? null : (a << 40n) | (b << 20n) | c;
}

function readNumber(text) {
    if (!/^-?[0-9]+$/.test(text))
        return null;
    const value = BigInt(text);
    return value > GREATEST || value < -GREATEST ? null : value;
}

function readMember(rules, type, text) {
    const index = membersOf(rules, type).findIndex((member) => member.name === text);
    if (index >= 0)
        return BigInt(index);
    if (kindOf(type) === "bool" && (text === "true" || text === "false"))
        return text === "true" ? 1n : 0n;
    return null;
}

function parseValue(rules, input, text) {
    const type = typeOf(rules, input);
    if (type.orUnknown && text === "unknown")
        return UNKNOWN;
    let value = null;
    if (type.nMembers > 0)
        value = readMember(rules, type, text);
    else if (kindOf(type) === "int")
        value = readNumber(text);
    else if (kindOf(type) === "version")
        value = readVersion(text);
    if (value === null || value < type.lo || value > type.hi)
        throw refusedType(rules, input);
    return value;
}

/* ---- refusals in words: runtime/lib/errors.c ------------------------------------------------------------------------ */

function typeWords(rules, type) {
    const unknown = type.orUnknown ? ", or unknown" : "";
    switch (kindOf(type)) {
    case "bool":
        return "yes or no" + unknown;
    case "enum":
        return "one of " + membersOf(rules, type).map((member) => member.name)
            .concat(type.orUnknown ? ["unknown"] : []).join(", ");
    case "int":
        return `a number from ${type.lo} to ${type.hi}${unknown}`;
    case "version":
        return "a version A.B.C" + (type.lo > 0n ? ` from ${versionText(type.lo)}` : "") +
            (type.hi < NEWEST ? ` below ${versionText(type.hi + 1n)}` : "") + unknown;
    default:
        return (kindOf(type) === "path" ? "an absolute path" : "a text") + unknown;
    }
}

function refusedInput(rules, input, words) {
    const declared = rules.inputs[input];
    const what = declared.isParam ? "parameter" : "fact";
    return new Refused(`the ${what} '${declared.name}' ${words}`, { input });
}

function refusedType(rules, input) {
    return refusedInput(rules, input, "must be " + typeWords(rules, typeOf(rules, input)));
}

function refusedFormat(rules, form, words) {
    return refusedInput(rules, form.input, `${words} (used at ${form.file}:${form.line})`);
}

function refusedEscape(rules, form, escape) {
    const names = { " ": "a blank", "\n": "a line break" };
    const what = names[escape.from] ?? `'${escape.from}'`;
    return refusedFormat(rules, form, `holds ${what}, which cannot be written in the format ${escape.format}`);
}

function refusedRow(row) {
    const more = row.reason && row.reason !== row.reject ? row.reason + "; " : "";
    return new Refused(`the rules refuse this host: ${row.reject} (${more}${row.file}:${row.line})`, { row });
}

/* ---- parameters: runtime/lib/params.c ------------------------------------------------------------------------------- */

const encoder = new TextEncoder();

function byteLength(text) {
    return encoder.encode(text).length;
}

function matches(rules, pattern, bytes) {
    let state = 1;
    for (const byte of bytes) {
        state = rules.words[pattern.next + state * pattern.nClasses + rules.bytes[pattern.classes + byte]];
        if (state === 0)
            return false;
    }
    return rules.bytes[pattern.accept + state] !== 0;
}

/* What is wrong with a text, in words; or null. */
function textProblem(rules, input, text) {
    const declared = rules.inputs[input];
    const isPath = kindOf(typeOf(rules, input)) === "path";
    const control = text.search(/[\u0000-\u001f\u007f-\u009f]/);
    const half = text.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
    if (isPath && text === "")
        return "is empty; it must be an absolute path";
    if (isPath && !text.startsWith("/"))
        return "is not an absolute path; it must begin with /";
    if (control >= 0)
        return `holds a control character at byte ${byteLength(text.slice(0, control)) + 1}`;
    if (half >= 0)
        return `is not valid UTF-8 at byte ${byteLength(text.slice(0, half)) + 1}`;
    const bytes = encoder.encode(text);
    if (bytes.length > declared.maxLength)
        return `is longer than ${declared.maxLength} bytes`;
    if (declared.pattern !== NONE && !matches(rules, rules.patterns[declared.pattern], bytes))
        return `does not match the pattern ${declared.patternText}`;
    return null;
}

/* One format's pass over a text. */
function applyStage(rules, form, stage, text) {
    let out = "";
    for (let at = 0; at < text.length;) {
        const escape = stage.find(({ from }) => text.startsWith(from, at));
        if (escape && escape.kind !== ESCAPES)
            throw refusedEscape(rules, form, escape);
        out += escape ? escape.to : text[at];
        at += escape ? escape.from.length : 1;
    }
    return out;
}

function writeForm(rules, form, text) {
    return form.before + form.stages.reduce((now, stage) => applyStage(rules, form, stage, now), text) + form.after;
}

function writeForms(rules, input, textOf) {
    return new Map(rules.forms.flatMap((form, i) =>
        form.input === input ? [[i, writeForm(rules, form, textOf(form))]] : []));
}

function setText(rules, input, text) {
    const problem = textProblem(rules, input, text);
    if (problem)
        throw refusedInput(rules, input, problem);
    return { value: BigInt(byteLength(text)), forms: writeForms(rules, input, () => text) };
}

function setNumber(rules, input, value) {
    const isVersion = kindOf(typeOf(rules, input)) === "version";
    const broken = rules.forms.find((form) => form.input === input && value % (1n << BigInt(form.unit)) !== 0n);
    if (broken)
        throw refusedFormat(rules, broken, `is not a multiple of ${1n << BigInt(broken.unit)}`);
    const textOf = (form) => isVersion ? versionText(value) : String(value / (1n << BigInt(form.unit)));
    return { value, forms: writeForms(rules, input, textOf) };
}

function noValue(rules, input) {
    return rules.inputs[input].defaultValue === UNKNOWN ? UNKNOWN : UNSET;
}

/* The value of a parameter that nobody gave. */
function defaultParam(rules, input) {
    const { defaultText, defaultValue } = rules.inputs[input];
    if (defaultText)
        return setText(rules, input, defaultText);
    if (defaultValue > UNSET)
        return setNumber(rules, input, defaultValue);
    return { value: noValue(rules, input), forms: new Map() };
}

function givenParam(rules, input, text) {
    if (isText(typeOf(rules, input)))
        return setText(rules, input, text);
    const value = parseValue(rules, input, text);
    if (value === UNKNOWN && noValue(rules, input) === UNKNOWN)
        return { value, forms: new Map() };
    return setNumber(rules, input, value);
}

/* ---- a host: all inputs from what was set ----------------------------------------------------------------------- */

function defaultFact(rules, input) {
    const FROM_CALLER = 2;
    const { defaultValue, source } = rules.inputs[input];
    const type = typeOf(rules, input);
    const isSwitch = source === FROM_CALLER && kindOf(type) === "bool" && !type.orUnknown;
    return defaultValue === UNSET && isSwitch ? 0n : defaultValue;
}

function takeInput(rules, host, input, text) {
    if (input < rules.nFacts) {
        host.values[input] = text === undefined ? defaultFact(rules, input) : parseValue(rules, input, text);
        return;
    }
    const { value, forms } =
        text === undefined ? defaultParam(rules, input) : givenParam(rules, input, text);
    host.values[input] = value;
    forms.forEach((written, form) => { host.forms[form] = written; });
}

/* `settings`: texts by name. What is refused is in `problems`, by input, and counts as not set. */
function readHost(rules, settings) {
    const host = { values: [], forms: rules.forms.map(() => null), problems: new Map() };
    rules.inputs.forEach((declared, input) => {
        try {
            takeInput(rules, host, input, settings[declared.name]);
        } catch (problem) {
            if (!(problem instanceof Refused))
                throw problem;
            host.values[input] = input < rules.nFacts ? UNSET : noValue(rules, input);
            host.problems.set(input, problem.message);
        }
    });
    return host;
}
