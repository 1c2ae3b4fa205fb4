/*
 * Parameters that are not set: needs.c of runtime/lib as JavaScript.
 *
 * SPDX-License-Identifier: Apache-2.0
 */

/* ---- parameters that are not set: runtime/lib/needs.c --------------------------------------------------------------- */

const [NEED_END, NEED_REFUSE, NEED_TABLES, NEED_VALUE, NEED_FORM, NEED_LIMIT, NEED_WHEN] = [0, 1, 2, 4, 5, 6, 7];
const [COND_TEST, COND_NOT, COND_ANY, COND_COUNT] = [0, 1, 3, 4];
const [NEED_MASK, NEED_SHIFT, NEEDS_HEAD, OPEN_ANSWER, OPEN] = [0xff, 8, 2, 0x40000000, -1];

function isOpen(rules, asked, value) {
    return value === UNSET && asked.input >= rules.nFacts && asked.lo > UNSET;
}

function hasOpen(rules, host) {
    return rules.needs !== NONE && rules.asked.some((asked) => isOpen(rules, asked, host.values[asked.input]));
}

/* Decisions, and what must have a value and has none. Conditions answer true, false or, if that is open, null. */
class Needs {
    constructor(rules, host, codes) {
        Object.assign(this, { rules, host, codes: [...codes], refusal: null, wanted: new Set(), written: new Set() });
        this.words = rules.words.slice(rules.needs);
        this.rows = rules.decisions.map(() => null);
        for (const asked of rules.asked)
            if (isOpen(rules, asked, host.values[asked.input]))
                this.codes[asked.var] = OPEN;
        for (let stage = 0; stage < this.words[0]; stage++)
            this.decide(this.stepOf(stage), this.words[NEEDS_HEAD + stage]);
    }

    stepOf(stage) { return this.rules.decideSteps[this.words[1] + stage]; }

    read(at) {
        const [op, count] = [this.words[at] & NEED_MASK, this.words[at] >>> NEED_SHIFT];
        return { op, count, operands: at + 1 + (op === COND_COUNT ? 1 + 2 * this.words[at + 1] : 0) };
    }

    inRanges(at, count, value) {
        for (let i = 0; i < count; i++)
            if (value >= this.words[at + 2 * i] && value <= this.words[at + 2 * i + 1])
                return true;
        return false;
    }

    /* The answer of the condition at a place, and where it ends. */
    weigh(from) {
        const { op, count, operands } = this.read(from);
        if (op === COND_TEST) {
            const code = this.codes[this.words[operands]];
            const answer = code === OPEN ? null : this.inRanges(operands + 1, count, code);
            return { answer, end: operands + 1 + 2 * count };
        }
        const answers = [];
        let end = operands;
        for (let i = 0; i < count; i++) {
            const operand = this.weigh(end);
            answers.push(operand.answer);
            end = operand.end;
        }
        return { answer: this.join(op, answers, from), end };
    }

    join(op, answers, from) {
        const isOpenNow = answers.includes(null);
        if (op === COND_NOT)
            return isOpenNow ? null : !answers[0];
        if (op === COND_COUNT) {
            const least = answers.filter((answer) => answer === true).length;
            const open = answers.filter((answer) => answer === null).length;
            const taken = Array.from({ length: open + 1 }, (_, i) =>
                this.inRanges(from + 2, this.words[from + 1], least + i));
            return taken.every((one) => one === taken[0]) ? taken[0] : null;
        }
        const decisive = op === COND_ANY;
        return answers.includes(decisive) ? decisive : isOpenNow ? null : !decisive;
    }

    /* What a condition without an answer tests and has no value. */
    want(from) {
        const { answer, end } = this.weigh(from);
        const { op, count, operands } = this.read(from);
        if (answer === null && op === COND_TEST)
            this.wanted.add(this.words[operands]);
        for (let i = 0, at = operands; answer === null && op !== COND_TEST && i < count; i++)
            at = this.want(at);
        return end;
    }

    answerOf(root) {
        while (root < LEAF)
            root = this.rules.diagrams[root + 1 + this.codes[this.rules.diagrams[root]] + 1];
        return root - LEAF;
    }

    decide(step, place) {
        if (step.table === NONE) {
            const { answer } = this.weigh(place);
            this.codes[step.var] = answer === null ? OPEN : Number(answer);
            return;
        }
        this.codes.fill(OPEN, step.var, step.var + this.rules.tables[step.table].nDecisions);
        if (this.refusal)
            return;
        const answer = place === NONE ? ask(this.rules, step.root, this.codes) : this.answerOf(place);
        if (answer < OPEN_ANSWER || answer === GAP)
            this.refusal = takeRow(this.rules, step, answer, this.codes, this.rows);
    }

    /* What decisions depend on that are wanted, from the last to the first. */
    wantBehind() {
        for (let stage = this.words[0] - 1; stage >= 0; stage--) {
            const step = this.stepOf(stage);
            const place = this.words[NEEDS_HEAD + stage];
            const count = step.table === NONE ? 1 : this.rules.tables[step.table].nDecisions;
            const isWanted = Array.from({ length: count }, (_, i) => step.var + i).some((one) => this.wanted.has(one));
            if (isWanted && step.table === NONE)
                this.want(place);
            else if (isWanted && place !== NONE)
                this.wantColumns(this.answerOf(place));
        }
    }

    wantColumns(answer) {
        const list = answer - OPEN_ANSWER;
        for (let i = 1; answer !== GAP && list >= 0 && i <= this.words[list]; i++)
            this.wantVariable(this.words[list + i]);
    }

    wantVariable(variable) {
        if (this.codes[variable] === OPEN)
            this.wanted.add(variable);
    }

    /* One need; returns where the next one is, or why the host is refused. */
    takeNeed(op, operand, at) {
        if (op === NEED_VALUE)
            this.wantVariable(operand);
        if (op === NEED_FORM && this.host.values[operand - 1] === UNSET)
            this.written.add(operand);
        if (op !== NEED_REFUSE && op !== NEED_LIMIT && op !== NEED_WHEN)
            return at;
        const isShort = op === NEED_LIMIT && this.host.values[operand] <= BigInt(this.words[at]);
        const from = op === NEED_LIMIT ? at + 1 : at;
        const { answer, end } = this.weigh(from);
        if (!isShort)
            this.want(from);
        if (op === NEED_REFUSE && answer)
            return refusedRow(this.rules.rows[this.rules.tables[operand].firstRow]);
        return op === NEED_WHEN && answer !== true ? end + operand : end;
    }

    /* Takes all needs of the command line; returns why the host is refused, or null. */
    take() {
        for (let at = NEEDS_HEAD + this.words[0]; ;) {
            const [op, operand] = [this.words[at] & NEED_MASK, this.words[at] >>> NEED_SHIFT];
            if (op === NEED_END)
                break;
            if (op === NEED_TABLES && this.refusal)
                return this.refusal;
            at = this.takeNeed(op, operand, at + 1);
            if (typeof at !== "number")
                return at;
        }
        this.wantBehind();
        return null;
    }

    /* All parameters that are missing, if some of them are tested; those that are only written show in the line. */
    missing() {
        const { nFacts, inputs } = this.rules;
        const params = inputs.map((_, i) => i).slice(nFacts);
        if (!params.some((i) => this.wanted.has(i + 1)))
            return [];
        return params.filter((i) => this.wanted.has(i + 1) || this.written.has(i + 1));
    }
}
