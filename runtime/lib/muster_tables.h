/*
 * The format of a compiled ruleset: what musterc writes and libmuster reads. The two meet here and nowhere else.
 *
 * A ruleset is one constant block of memory without pointers, so that it needs no relocation: a head, then sections
 * that the head finds by their distance in bytes from its own first byte. Texts are offsets into the section `text`,
 * where each ends with a NUL byte; offset 0 is the empty text and stands for "none". Programs use muster.h and need
 * nothing from here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_TABLES_H
#define MUSTER_TABLES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised with every change of this format; a generated file refuses another one at compile time and at run time. */
#define MUSTER_TABLES_VERSION 4
#define MUSTER_TABLES_MAGIC UINT32_C(0x7274734d) /* "Mstr" in the file of a little-endian machine */

/* No index: no table, no pattern, no row. */
#define MUSTER_NONE UINT32_MAX

/* Most variables (inputs that are asked, decisions, selectors) of one evaluation; they live on the stack. */
#define MUSTER_MAX_VARS 1024

/* What constant text and prepared parameters are padded with, so that they can be copied in blocks of this size. */
#define MUSTER_PAD 32

/* Whole arguments are stored several at a time: so many words behind `words` and slots of an argv are scribbled on. */
#define MUSTER_SPARE 3

/* A section: `offset` bytes from the head, `count` elements. */
struct muster_span {
    uint32_t offset;
    uint32_t count;
};

enum muster_kind { MUSTER_BOOL, MUSTER_ENUM, MUSTER_INT, MUSTER_VERSION, MUSTER_TEXT, MUSTER_PATH };

struct muster_type {
    int64_t lo, hi;        /* MUSTER_INT and MUSTER_VERSION: the least and the greatest value */
    uint32_t kind;         /* enum muster_kind */
    uint32_t name;         /* text: the name of a shared enumeration, else none */
    uint32_t first_member; /* MUSTER_BOOL (no, yes) and MUSTER_ENUM: in `members` */
    uint32_t n_members;
    uint32_t or_unknown; /* 1 if "unknown" is a value */
    uint32_t reserved;
};

struct muster_member {
    uint32_t name;  /* text: as it is written in rules and facts files */
    uint32_t text;  /* text: as it is emitted */
    uint32_t title; /* text or none */
};

enum muster_source { MUSTER_FROM_NOWHERE, MUSTER_FROM_PROBE, MUSTER_FROM_CALLER, MUSTER_FROM_CALLER_ELSE_PROBE };

enum muster_input_kind { MUSTER_FACT, MUSTER_PARAM, MUSTER_OPTIONAL_PARAM };

/* A fact or a parameter. The facts come first. */
struct muster_input {
    int64_t default_value; /* MUSTER_UNSET if there is none; of an optional parameter MUSTER_UNKNOWN: not given */
    uint32_t name, title;  /* text */
    uint32_t type;         /* in `types` */
    uint32_t source;       /* enum muster_source */
    uint32_t probe;        /* text: the probe's name, or none */
    uint32_t default_text; /* text parameters: text or none */
    uint32_t max_length;   /* text and paths: most bytes */
    uint32_t pattern;      /* text: in `patterns`, or MUSTER_NONE */
    uint32_t pattern_text; /* text: the pattern as it is written */
    uint32_t file, line;   /* text; where it is declared */
    uint32_t is_param;     /* enum muster_input_kind */
};

/* An input that conditions ask: its value becomes a code, the index of the interval or member that holds it. */
struct muster_asked {
    int64_t lo, hi;     /* the least and the greatest known value; of an optional text: of its length, MUSTER_UNSET */
    uint32_t input;     /* in `inputs` */
    uint32_t var;       /* where the code goes */
    uint32_t n_codes;   /* codes of known values; the code of "unknown" is n_codes itself */
    uint32_t first_cut; /* in `cuts`; n_codes - 1 of them; MUSTER_NONE: the code is the value */
    uint32_t unknown;   /* 1 if "unknown" is a value */
    uint32_t first_weight; /* in `weights`: what each code adds to the packed index */
};

/*
 * A selector that is looked up. The weights of all codes add up to one number of 64 bits, in which each such selector
 * has some bits for its own: the index of its answer.
 */
struct muster_lookup {
    uint32_t var;
    uint32_t shift;
    uint32_t mask;
    uint32_t first; /* in `answers` */
};

/* A decision (an outcome of a table) or a derived condition (`let`; then table is MUSTER_NONE). */
struct muster_decision {
    uint32_t name, title; /* text */
    uint32_t type;        /* in `types` */
    uint32_t table;       /* in `tables`, or MUSTER_NONE */
    uint32_t var;
    uint32_t file, line;
    uint32_t first_fact; /* in `words`: the inputs that it depends on, by index */
    uint32_t n_facts;
    uint32_t reason, see; /* text or none; derived conditions only */
};

/*
 * Rows that decide; or a rejection that stands alone, an assumption among them: it has no decisions and two rows, of
 * which the first one refuses and the other lets pass. What a table that replaces another one inherits from that is a
 * table too: its decision is the first one of its heir, and its value, the row that fits, goes to a variable of its
 * own.
 */
struct muster_table {
    uint32_t first_decision; /* in `decisions` */
    uint32_t n_decisions;
    uint32_t first_row; /* in `rows` */
    uint32_t n_rows;
    uint32_t file, line;
};

struct muster_row {
    uint32_t file, line;
    uint32_t label;  /* text or none */
    uint32_t reason; /* text or none */
    uint32_t see;    /* text or none */
    uint32_t tags;   /* text or none; separated by blanks */
    uint32_t reject; /* text: the row refuses the host with these words; none: it decides */
    uint32_t first;  /* in `words`: one value per decision of its table */
};

/* A text about a row, such as where it was tried; in the order of rows, and those of a row as they are written. */
struct muster_evidence {
    uint32_t row; /* in `rows` */
    uint32_t text;
};

/* What is known of the rows of a ruleset. */
#define MUSTER_HAS_EVIDENCE 1u /* there is some; so a row without any was not tried */
#define MUSTER_PROVEN 2u       /* each host has exactly one row of each table, and every promise holds */

/*
 * One walk through a decision diagram. Nodes are words: the variable that is asked, then one word per code of it,
 * which is another node (its index in `diagrams`) or, with MUSTER_LEAF set, the answer.
 */
#define MUSTER_LEAF UINT32_C(0x80000000)
#define MUSTER_GAP UINT32_C(0x7fffffff)  /* the answer where no row fits (only where completeness was not proven) */
#define MUSTER_OPEN UINT32_C(0x40000000) /* from here on: what a missing value leaves open; see enum muster_need */

struct muster_step {
    uint32_t root;  /* a node or an answer */
    uint32_t var;   /* the answer goes there; with a table, the first of the variables of its decisions */
    uint32_t table; /* the answer is a row of this table, whose values are stored; or MUSTER_NONE */
};

/*
 * The command line: chunks in order. The selector's value picks a run from `words`: instructions up to a STOP.
 */

struct muster_chunk {
    uint32_t var; /* selector; 0 always holds 0 */
    uint32_t map; /* in `words`: for each value of the selector the index of a run in `words` */
};

enum muster_op {
    MUSTER_OP_ARGS = 0,    /* operand n; n words follow, each the offset of a whole argument in `text`; then, with
                              MUSTER_OP_FORM_BEHIND, one more: index in `forms` of a whole argument */
    MUSTER_OP_WHOLE = 1,   /* operand: index in `forms`; a prepared parameter is the whole argument */
    MUSTER_OP_STOP = 2,    /* the run ends */
    MUSTER_OP_TEXT = 3,    /* operand: length; one word follows: offset in `text` */
    MUSTER_OP_FORM = 4,    /* operand: index in `forms`; a prepared parameter */
    MUSTER_OP_NUMBER = 5,  /* operand: index in `inputs` of a fact that is written as a number */
    MUSTER_OP_VERSION = 6, /* operand: index in `inputs` of a fact that is written as a version */
};
/* An instruction: enum muster_op, these flags, and the operand. */
#define MUSTER_OP_MASK 0x07u
#define MUSTER_OP_BEGIN 0x08u /* starts an argument */
#define MUSTER_OP_END 0x10u   /* ends the argument after this piece */
#define MUSTER_OP_FORM_BEHIND 0x20u
#define MUSTER_OP_SHIFT 8

/* What rules say about an argument or a part of it. */
struct muster_note {
    uint32_t reason, see, tag; /* text or none; tags are separated by blanks */
    uint32_t file, line;
};

/* Where a note belongs: at the instruction that makes the argument. */
struct muster_mark {
    uint32_t at;       /* in `words`; ascending */
    uint16_t argument; /* for MUSTER_OP_ARGS: which of them */
    uint16_t note;     /* in `notes` */
};

/*
 * One way in which a parameter is written: through these replacements, one after another, then between two constant
 * texts. Most are whole arguments, so that the command line copies them in one go.
 */
struct muster_form {
    uint32_t input;
    uint32_t first_escape; /* in `escapes` */
    uint32_t n_escapes;
    uint32_t unit;          /* integers: the value is divided by 2 to this power */
    uint32_t before, after; /* text */
    uint32_t space;         /* most bytes that all of it can take, MUSTER_PAD included */
    uint32_t place;         /* where it is kept, bytes from the start of the parameters' texts */
    uint32_t file, line;    /* where the rules first use it */
    uint32_t most_uses;     /* how often one command line can contain it */
};

enum muster_escape_kind { MUSTER_ESCAPE, MUSTER_REFUSE };

struct muster_escape {
    uint32_t kind;   /* enum muster_escape_kind */
    uint32_t stage;  /* neighbours of one stage are one format's: applied together, in one pass over the text */
    uint32_t from;   /* text that is replaced or refused */
    uint32_t to;     /* text */
    uint32_t format; /* text: the name of the format, for messages */
};

/* A limit of length that holds on some hosts only. */
struct muster_limit {
    uint32_t input;
    uint32_t max_length;
    uint32_t root;  /* a diagram over asked inputs; 1 where the limit holds */
    uint32_t words; /* text: the condition as it is written, for messages */
};

/* What the rules warn of, and go on. */
struct muster_warning {
    uint32_t text;
    uint32_t reason, see; /* text or none */
    uint32_t file, line;
    uint32_t root; /* a diagram over asked inputs and decisions; 1 where the warning holds */
};

/* A pattern as a deterministic automaton: state 0 is dead, state 1 starts; next[state * n_classes + class]. */
struct muster_pattern {
    uint32_t n_classes;
    uint32_t n_states;
    uint32_t classes; /* in `bytes`: 256 bytes, the class of each byte */
    uint32_t next;    /* in `words` */
    uint32_t accept;  /* in `bytes`: one byte per state, 1 if it accepts */
};

/*
 * What a command line waits for, in `words`: read only where a parameter that conditions or columns test is not set.
 * First a count of stages and the index in `decide_steps` of the first one's step; then a word for each stage: of a
 * derived condition where it begins, from the first of all these words; of a table with columns that may have no value
 * a diagram, in which each node has a child more, its first one, for a variable without a value; else MUSTER_NONE. Then
 * come the needs, and after them the rest. A condition is written before its operands. An answer of a diagram may be
 * MUSTER_OPEN and where a list of variables begins, their count first: it depends on those of them that have no value.
 * The input i is the variable i + 1.
 */
#define MUSTER_NEEDS_HEAD 2
enum muster_need {
    MUSTER_NEED_END = 0,
    MUSTER_NEED_REFUSE = 1, /* operand: in `tables`; a condition follows: where it holds, the host is refused */
    MUSTER_NEED_TABLES = 2, /* here a row counts that refuses the host */
    MUSTER_NEED_LINE = 3,   /* here what decisions need ends, and what only the command line needs begins */
    MUSTER_NEED_VALUE = 4,  /* operand: a variable whose value is needed */
    MUSTER_NEED_FORM = 5,   /* operand: the variable of a parameter that is written */
    MUSTER_NEED_LIMIT = 6, /* operand: in `inputs`; most bytes and a condition follow: a longer text needs its answer */
    MUSTER_NEED_WHEN = 7,  /* a condition follows, then as many words as the operand says, for where it holds */
};
enum muster_cond {
    MUSTER_COND_TEST = 0, /* operand: a count of ranges; a variable follows, then the first and last code of each */
    MUSTER_COND_NOT = 1,  /* operand: how many operands follow */
    MUSTER_COND_ALL = 2,
    MUSTER_COND_ANY = 3,
    MUSTER_COND_COUNT = 4, /* a count of ranges, the least and greatest number of each, and then the operands */
};
#define MUSTER_NEED_MASK 0xffu
#define MUSTER_NEED_SHIFT 8

struct muster_ruleset {
    uint32_t magic;
    uint32_t version; /* MUSTER_TABLES_VERSION */
    uint32_t size;    /* bytes of the whole block */
    uint32_t name, title;
    uint32_t n_facts;
    uint32_t n_vars;
    uint32_t n_plain;     /* so many of `asked` are facts whose code is their value; they come first */
    uint32_t params_size; /* bytes that the prepared texts of parameters take */
    /* No command line has more arguments, nor more bytes in arguments with holes, what fills the holes not counted. */
    uint32_t most_arguments, most_bytes;
    uint32_t known;       /* MUSTER_HAS_EVIDENCE and, only with it, MUSTER_PROVEN */
    uint32_t needs;       /* in `words`; MUSTER_NONE: conditions and columns test no parameter that must be set */
    uint32_t reserved;    /* 0: readers in other languages need not know how C aligns */
    uint64_t fingerprint; /* of what the header promises to programs: NAME_FINGERPRINT */
    struct muster_span types;
    struct muster_span members;
    struct muster_span inputs;
    struct muster_span asked;
    struct muster_span cuts; /* int64_t */
    struct muster_span decisions;
    struct muster_span tables;
    struct muster_span rows;
    /* In both, rejections over inputs come first, and those over decisions last. */
    struct muster_span decide_steps; /* all decisions, in an order in which each finds what it asks */
    struct muster_span argv_steps;   /* what the command line needs: tables that may refuse, and large selectors */
    struct muster_span diagrams;     /* uint32_t */
    struct muster_span weights;      /* uint64_t */
    struct muster_span lookups;
    struct muster_span answers; /* uint16_t */
    struct muster_span chunks;
    struct muster_span notes;
    struct muster_span marks;
    struct muster_span forms;
    struct muster_span escapes;
    struct muster_span limits;
    struct muster_span warnings;
    struct muster_span patterns;
    struct muster_span evidence;
    struct muster_span words; /* uint32_t */
    struct muster_span bytes; /* unsigned char */
    struct muster_span text;  /* char, MUSTER_PAD bytes of padding at the end */
};

/* The sections, in the order in which they follow the head: name, type of an element. */
#define MUSTER_SECTIONS(X)                                                                                             \
    X(types, struct muster_type)                                                                                       \
    X(inputs, struct muster_input)                                                                                     \
    X(asked, struct muster_asked)                                                                                      \
    X(cuts, int64_t)                                                                                                   \
    X(weights, uint64_t)                                                                                               \
    X(members, struct muster_member)                                                                                   \
    X(decisions, struct muster_decision)                                                                               \
    X(tables, struct muster_table)                                                                                     \
    X(rows, struct muster_row)                                                                                         \
    X(decide_steps, struct muster_step)                                                                                \
    X(argv_steps, struct muster_step)                                                                                  \
    X(diagrams, uint32_t)                                                                                              \
    X(lookups, struct muster_lookup)                                                                                   \
    X(chunks, struct muster_chunk)                                                                                     \
    X(notes, struct muster_note)                                                                                       \
    X(marks, struct muster_mark)                                                                                       \
    X(forms, struct muster_form)                                                                                       \
    X(escapes, struct muster_escape)                                                                                   \
    X(limits, struct muster_limit)                                                                                     \
    X(warnings, struct muster_warning)                                                                                 \
    X(patterns, struct muster_pattern)                                                                                 \
    X(evidence, struct muster_evidence)                                                                                \
    X(words, uint32_t)                                                                                                 \
    X(answers, uint16_t)                                                                                               \
    X(bytes, unsigned char)                                                                                            \
    X(text, char)

/* The first element of a section. */
#define MUSTER_SECTION(rules, section, type)                                                                           \
    ((const type *)(const void *)((const char *)(rules) + (rules)->section.offset))

#ifdef __cplusplus
}
#endif
#endif
