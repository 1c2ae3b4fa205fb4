/*
 * Reads the compiled tables: muster_tables.h as JavaScript.
 *
 * SPDX-License-Identifier: Apache-2.0
 */

/* ---- the compiled tables: runtime/lib/muster_tables.h --------------------------------------------------------------- */

const MAGIC = 0x7274734d;
const VERSION = 4;
const NONE = 0xffffffff;
const LEAF = 0x80000000;
const GAP = 0x7fffffff;
const UNKNOWN = -(2n ** 63n);
const UNSET = UNKNOWN + 1n;
const GREATEST = 2n ** 63n - 2n;
const VERSION_PART = 0xfffffn;
const NEWEST = (VERSION_PART << 40n) | (VERSION_PART << 20n) | VERSION_PART;

const KINDS = ["bool", "enum", "int", "version", "text", "path"];
const ESCAPES = 0;
const [HAS_EVIDENCE, PROVEN] = [1, 2];
/* An instruction: what it does, flags, and behind OP_SHIFT its operand. A number is what is none of these. */
const [OP_ARGS, OP_WHOLE, OP_STOP, OP_TEXT, OP_FORM, OP_VERSION] = [0, 1, 2, 3, 4, 6];
const [OP_MASK, OP_BEGIN, OP_FORM_BEHIND, OP_SHIFT] = [0x07, 0x08, 0x20, 8];

/*
 * The elements of the sections, in the order in which the head names them. A field is a number of 32 bits; others
 * say so: i64, u64, u16, u8, and text for the offset of one.
 */
const HEAD = "magic version size name:text title:text nFacts nVars nPlain paramsSize mostArguments mostBytes known " +
    "needs reserved fingerprint:u64";
const SECTIONS = {
    types: "lo:i64 hi:i64 kind name:text firstMember nMembers orUnknown reserved",
    members: "name:text text:text title:text",
    inputs: "defaultValue:i64 name:text title:text type source probe:text defaultText:text maxLength pattern " +
        "patternText:text file:text line isParam",
    asked: "lo:i64 hi:i64 input var nCodes firstCut unknown firstWeight",
    cuts: ":i64",
    decisions: "name:text title:text type table var file:text line firstFact nFacts reason:text see:text",
    tables: "firstDecision nDecisions firstRow nRows file:text line",
    rows: "file:text line label:text reason:text see:text tags:text reject:text first",
    decideSteps: "root var table",
    argvSteps: "root var table",
    diagrams: ":u32",
    weights: ":u64",
    lookups: "var shift mask first",
    answers: ":u16",
    chunks: "var map",
    notes: "reason:text see:text tag:text file:text line",
    marks: "at argument:u16 note:u16",
    forms: "input firstEscape nEscapes unit before:text after:text space place file:text line mostUses",
    escapes: "kind stage from:text to:text format:text",
    limits: "input maxLength root words:text",
    warnings: "text:text reason:text see:text file:text line root",
    patterns: "nClasses nStates classes next accept",
    evidence: "row text:text",
    words: ":u32",
    bytes: ":u8",
};
const SIZES = { i64: 8, u64: 8, u32: 4, u16: 2, u8: 1, text: 4 };

class Reader {
    constructor(bytes) {
        this.bytes = bytes;
        this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.little = bytes.length < 4 || this.view.getUint32(0, true) === MAGIC;
        this.decoder = new TextDecoder();
        this.texts = new Map();
    }

    u8(at) { return this.view.getUint8(at); }
    u16(at) { return this.view.getUint16(at, this.little); }
    u32(at) { return this.view.getUint32(at, this.little); }
    i64(at) { return this.view.getBigInt64(at, this.little); }
    u64(at) { return this.view.getBigUint64(at, this.little); }
    text(at) { return this.textAt(this.u32(at)); }

    /* The text at an offset of the section of texts. */
    textAt(offset) {
        if (!this.texts.has(offset)) {
            const begin = this.firstText + offset;
            this.texts.set(offset, this.decode(begin, this.bytes.indexOf(0, begin)));
        }
        return this.texts.get(offset);
    }

    decode(begin, end) { return this.decoder.decode(this.bytes.subarray(begin, end)); }
}

function fieldsOf(layout) {
    let offset = 0;
    const fields = layout.split(" ").map((field) => {
        const [name, kind = "u32"] = field.split(":");
        const place = { name, kind, offset };
        offset += SIZES[kind];
        return place;
    });
    return { fields, size: offset };
}

function readElement(reader, { fields }, at) {
    if (fields[0].name === "")
        return reader[fields[0].kind](at);
    const element = {};
    for (const { name, kind, offset } of fields)
        element[name] = reader[kind](at + offset);
    return element;
}

function readSection(reader, layout, span) {
    const fields = fieldsOf(layout);
    const offset = reader.u32(span);
    const count = reader.u32(span + 4);
    return Array.from({ length: count }, (_, i) => readElement(reader, fields, offset + i * fields.size));
}

/* Everything as objects, with what evaluation looks up often. Throws an Error with words for people. */
function readTables(bytes) {
    const reader = new Reader(bytes);
    const head = fieldsOf(HEAD);
    const names = Object.keys(SECTIONS);
    const textSpan = head.size + 8 * names.length;
    if (bytes.length < textSpan + 8 || reader.u32(0) !== MAGIC)
        throw new Error("The tables in this page are damaged, or of a machine with another order of bytes.");
    if (reader.u32(4) !== VERSION)
        throw new Error("The tables in this page are of another version than the page.");
    reader.firstText = reader.u32(textSpan);
    const rules = readElement(reader, head, 0);
    names.forEach((name, i) => { rules[name] = readSection(reader, SECTIONS[name], head.size + 8 * i); });
    rules.text = (offset) => reader.textAt(offset);
    rules.textPart = (offset, length) => reader.decode(reader.firstText + offset, reader.firstText + offset + length);
    rules.forms.forEach((form) => { form.stages = stagesOf(rules, form); });
    rules.marksAt = groupMarks(rules.marks);
    rules.inputIndex = new Map(rules.inputs.map(({ name }, i) => [name, i]));
    return rules;
}

function groupMarks(marks) {
    const groups = new Map();
    for (const mark of marks) {
        if (!groups.has(mark.at))
            groups.set(mark.at, []);
        groups.get(mark.at).push(mark);
    }
    return groups;
}

/* Neighbours of one stage are one format's, applied together. */
function stagesOf(rules, form) {
    const stages = [];
    for (const escape of rules.escapes.slice(form.firstEscape, form.firstEscape + form.nEscapes)) {
        const last = stages.at(-1);
        if (last && last[0].stage === escape.stage)
            last.push(escape);
        else
            stages.push([escape]);
    }
    return stages;
}

function fromBase64(text) {
    return Uint8Array.from(atob(text.replace(/\s+/g, "")), (letter) => letter.charCodeAt(0));
}
