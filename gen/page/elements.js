/*
 * Elements of the page.
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
