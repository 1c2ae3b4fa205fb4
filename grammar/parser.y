/*
 * The grammar: tokens to the syntax tree. Actions only build nodes; gen/ resolves names and types. After an error the
 * parser continues with the next declaration, row, or statement, so that one run reports all independent errors.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
%require "3.8"
%expect 0
%define api.pure full
%define api.location.type {struct span}
%define api.prefix {parse_}
%define api.value.type {union syntax_value}
%define parse.error custom
%define parse.lac full
%locations
%param {void *lexer}
%parse-param {struct scanner *scanner}

%code requires {
#include "grammar/build.h"
#include "grammar/recovery.h"
}

%code provides {
#define YYSTYPE PARSE_STYPE
#define YYLTYPE PARSE_LTYPE
#define YYEOF PARSE_EOF
#define YYUNDEF PARSE_UNDEF
#define YYEMPTY PARSE_EMPTY
#define YY_DECL int scan_lex(YYSTYPE *yylval_param, YYLTYPE *yylloc_param, void *yyscanner)
int scan_lex(PARSE_STYPE *value, PARSE_LTYPE *span, void *lexer);
}

%code {
#include <string.h>

#define parse_lex scanner_next

#define YYLLOC_DEFAULT(current, rhs, n)                                                                                \
    do {                                                                                                               \
        if (n)                                                                                                         \
            (current) = span_join(YYRHSLOC(rhs, 1), YYRHSLOC(rhs, n));                                                 \
        else                                                                                                           \
            (current) = (struct span){YYRHSLOC(rhs, 0).file, YYRHSLOC(rhs, 0).end, YYRHSLOC(rhs, 0).end};              \
    } while (0)

/* Sufficient for the maximal nesting of the scanner, and for the maximal chain of 'else when'. */
#define YYMAXDEPTH 3000
enum { MAX_ELSE_WHEN = 400 };

/* At the end of the file there is nothing to continue with; a second error in a row ends the parser. */
#define RESYNC(broken, depth)                                                                                          \
    do {                                                                                                               \
        yychar = recovery_skip(scanner, lexer, yychar, (broken), (depth), &yylval, &yylloc);                                  \
        if (yychar != YYEOF)                                                                                           \
            yyerrok;                                                                                                   \
    } while (0)

#define NEW(type) ((type *)arena_alloc(scanner->arena, sizeof(type)))
#define PUSH(list, element) ARENA_PUSH(scanner->arena, (list), (element))

static void parse_error(struct span *span, void *lexer, struct scanner *scanner, const char *message);
}

%token <name> WORD "a word" OPT "an option" HOLE "a placeholder"
%token <value> INT "a number" VERSION "a version" SERIES "a series of versions"
%token <string> STR "a string"
%token <reference> REFERENCE "an option with a key (-OPTION.KEY)" OPT_DOT "an option with a key"
/* Not in any file: scanner_next returns it before a condition of `musterc ask`. */
%token QUESTION
%token ARROW "'=>'" EQ "'=='" NE "'!='" LE "'<='" GE "'>='" DOTS "'..'" DOTS_BELOW "'..<'"
/* Reserved: never names (RESERVED in lexer.l). REJECT would be a macro of flex. */
%token <name> WHEN "'when'" ELSE "'else'" EACH "'each'" IN "'in'" AS "'as'" AND "'and'" OR "'or'" NOT "'not'"
%token <name> IMPLIES "'implies'" UNKNOWN "'unknown'" BECAUSE "'because'" SEE "'see'" TAG "'tag'" REJECT_WORD "'reject'"
%token <name> INHERIT "'inherit'" LIST "'list'" PART "'part'"
/* Contextual: keywords only in certain places, otherwise words (rule `keyword`, and KEYWORD in lexer.l). */
%token <name> RULESET "'ruleset'" LIBRARY "'library'" EXTENDS "'extends'" INCLUDE "'include'" ENUM "'enum'"
%token <name> REASON "'reason'" FORMAT "'format'" BETWEEN "'between'" ASSIGN "'assign'" ESCAPE "'escape'"
%token <name> REFUSE "'refuse'" REFUSE_FIRST "'refuse_first'" REPEAT_KEYS "'repeat_keys'" OPTION "'option'"
%token <name> ONCE "'once'" REPEATED "'repeated'" FACT "'fact'" PARAM "'param'" FROM "'from'" PROBE "'probe'"
%token <name> CALLER "'caller'" DEFAULT "'default'" MATCHING "'matching'" MAX "'max'" OPTIONAL "'optional'"
%token <name> UNIQUE "'unique'" LET "'let'" OVERRIDE "'override'" DECIDE "'decide'" FIRST "'first'" BY "'by'"
%token <name> ASSUME "'assume'" WARN "'warn'" PROMISE "'promise'" ADMIT "'admit'" EXAMPLE "'example'" ARGV "'argv'"
%token <name> AFTER "'after'" DOCUMENT "'document'" BOOL "'bool'" INT_TYPE "'int'" VERSION_TYPE "'version'"
%token <name> TEXT_TYPE "'text'" PATH_TYPE "'path'" GIVEN "'given'" ANY "'any'" EMITS "'emits'" COUNT "'count'"
%token <name> EVERY "'every'" NAMES "'names'" EVIDENCE "'evidence'"

%type <name> name word plain_word keyword name_opt label
%type <string> title
%type <declaration> declaration decide
%type <member> member
%type <members> members member_list
%type <type> type base_type
%type <range> range
%type <input> input input_source
%type <limit> limit
%type <meta> meta
%type <outcome> outcome
%type <table> outcomes rows
%type <row> row
%type <cell> cell tests braced_tests
%type <cells> cells
%type <values> results
%type <value> value result word_or_int list_value
%type <names> columns options
%type <test> test
%type <cond> cond clause unary prim ands ors when_opt
%type <block> statements block
%type <statement> statement args when_statement
%type <arg> arg
%type <list> list items
%type <item> item entry
%type <relation> relation order
%type <repeat> repeat
%type <declaration> reason format settings promise evidence
%type <evidence> trial trial_texts
%type <property> property strings
%type <reference> reference
%type <references> references
%type <pattern> pattern pattern_opt parts
%type <pattern_part> part
%type <value> glob key

%start start
%%

start
    : file
    | QUESTION cond {
        struct ast_declaration *question = build_declaration(scanner, AST_QUESTION, @cond);
        question->cond = $cond;
        PUSH(&scanner->result->declarations, question);
    }
    ;

file
    : %empty
    | file declaration { if ($declaration) PUSH(&scanner->result->declarations, $declaration); }
    ;

declaration
    : RULESET name title ';' { $$ = build_declaration(scanner, AST_RULESET, @$); $$->name = $name; $$->text = $title; }
    | RULESET name title EXTENDS STR ';' {
        $$ = build_declaration(scanner, AST_RULESET, @$); $$->name = $name; $$->text = $title; $$->extends = $STR;
    }
    | LIBRARY name title ';' { $$ = build_declaration(scanner, AST_LIBRARY, @$); $$->name = $name; $$->text = $title; }
    | INCLUDE STR ';' { $$ = build_declaration(scanner, AST_INCLUDE, @$); $$->text = $STR; }
    | ENUM name '{' members '}' { $$ = build_declaration(scanner, AST_ENUM, @$); $$->name = $name; $$->members = $members; }
    | REASON reason ';' { $$ = $reason; $$->span = @$; }
    | FORMAT name '{' format '}' { $$ = $format; $$->span = @$; $$->name = $name; }
    | OPTION options ':' name repeat meta ';' {
        $$ = build_declaration(scanner, AST_OPTION, @$);
        $$->options = $options; $$->format = $name; $$->repeat = $repeat; $$->meta = $meta;
    }
    | OPTION options ':' WORD meta ';' {
        $$ = build_declaration(scanner, AST_OPTION, @$);
        $$->options = $options; $$->format = $WORD; $$->meta = $meta;
    }
    | OPTION options ':' repeat meta ';' {
        $$ = build_declaration(scanner, AST_OPTION, @$);
        $$->options = $options; $$->repeat = $repeat; $$->meta = $meta;
    }
    | OPTION options meta ';' { $$ = build_declaration(scanner, AST_OPTION, @$); $$->options = $options; $$->meta = $meta; }
    | FACT input_source meta ';' {
        $$ = build_declaration(scanner, AST_FACT, @$);
        $$->name = $input_source->name; $$->input = $input_source; $input_source->meta = $meta;
    }
    | PARAM input_source meta ';' {
        $$ = build_declaration(scanner, AST_PARAM, @$);
        $$->name = $input_source->name; $$->input = $input_source; $input_source->meta = $meta;
    }
    | LET name '=' cond meta ';' {
        $$ = build_declaration(scanner, AST_LET, @$); $$->name = $name; $$->cond = $cond; $$->meta = $meta;
    }
    | LET name '=' STR meta ';' {
        $$ = build_declaration(scanner, AST_LET, @$); $$->name = $name; $$->let_text = $STR; $$->meta = $meta;
    }
    | decide { $$ = $1; $$->span = @$; }
    | OVERRIDE decide { $$ = $2; $$->span = @$; $$->table->overrides = true; }
    | OVERRIDE PART { recovery_reserved(scanner, @$, "'override part'"); YYERROR; }
    | EVIDENCE name '{' evidence '}' { $$ = $evidence; $$->span = @$; $$->name = $name; }
    | EXAMPLE STR '{' settings '}' ARROW cond ';' {
        $$ = $settings; $$->span = @$; $$->text = $STR; $$->cond = $cond;
    }
    | ARGV block { $$ = build_declaration(scanner, AST_ARGV, @$); $$->argv = $block; }
    | ARGV AFTER { recovery_reserved(scanner, @$, "'argv after'"); YYERROR; }
    | ASSUME cond meta ';' { $$ = build_declaration(scanner, AST_ASSUME, @$); $$->cond = $cond; $$->meta = $meta; }
    | ASSUME label cond meta ';' {
        $$ = build_declaration(scanner, AST_ASSUME, @$); $$->name = $label; $$->cond = $cond; $$->meta = $meta;
    }
    | REJECT_WORD STR WHEN cond meta ';' {
        $$ = build_declaration(scanner, AST_REJECT, @$); $$->text = $STR; $$->cond = $cond; $$->meta = $meta;
    }
    | WARN STR WHEN cond meta ';' {
        $$ = build_declaration(scanner, AST_WARN, @$); $$->text = $STR; $$->cond = $cond; $$->meta = $meta;
    }
    | PROMISE promise meta ';' { $$ = $promise; $$->span = @$; $$->meta = $meta; }
    | PROMISE label promise meta ';' { $$ = $promise; $$->span = @$; $$->name = $label; $$->meta = $meta; }
    | ADMIT name meta ';' { $$ = build_declaration(scanner, AST_ADMIT, @$); $$->name = $name; $$->meta = $meta; }
    | DOCUMENT { recovery_reserved(scanner, @$, "'document'"); YYERROR; }
    | error { RESYNC(@error, 0); $$ = NULL; }
    ;

decide
    : DECIDE outcomes BY columns '{' rows '}' { $$ = build_decision(scanner, $outcomes, $columns, $rows); }
    | DECIDE outcomes FIRST BY columns '{' rows '}' {
        $$ = build_decision(scanner, $outcomes, $columns, $rows); $$->table->first = true;
    }
    ;

promise
    : cond { $$ = build_declaration(scanner, AST_PROMISE, @$); $$->promise = AST_PROMISE_COND; $$->cond = $cond; }
    | EVERY references[who] NAMES references[whom] {
        $$ = build_declaration(scanner, AST_PROMISE, @$); $$->promise = AST_PROMISE_NAMES;
        $$->references = $who; $$->targets = $whom;
    }
    | UNIQUE references {
        $$ = build_declaration(scanner, AST_PROMISE, @$); $$->promise = AST_PROMISE_UNIQUE; $$->references = $references;
    }
    ;
references
    : reference { $$ = (ast_references){0}; PUSH(&$$, $reference); }
    | references ',' reference { $$ = $1; PUSH(&$$, $reference); }
    ;
reference
    : REFERENCE
    | OPT_DOT STR { $$ = $1; $$.span = @$; $$.key = build_string($STR); }
    ;

/* ---- names and texts */

name: word ;
name_opt: %empty { $$ = (struct ast_name){0}; } | name ;
label: word ':' ;
title: %empty { $$ = NULL; } | STR ;

word: plain_word | GIVEN | ANY | EMITS | COUNT ;
plain_word: WORD | keyword ;
keyword
    : RULESET | LIBRARY | EXTENDS | INCLUDE | ENUM | REASON | FORMAT | BETWEEN | ASSIGN | ESCAPE | REFUSE
    | REFUSE_FIRST | REPEAT_KEYS | OPTION | ONCE | REPEATED | FACT | PARAM | FROM | PROBE | CALLER | DEFAULT | MATCHING
    | MAX | OPTIONAL | UNIQUE | LET | OVERRIDE | DECIDE | FIRST | BY | ASSUME | WARN | PROMISE | ADMIT | EXAMPLE | ARGV
    | AFTER | DOCUMENT | BOOL | INT_TYPE | VERSION_TYPE | TEXT_TYPE | PATH_TYPE | EVERY | NAMES | EVIDENCE
    ;

/* ---- small declarations */

reason
    : name STR { $$ = build_declaration(scanner, AST_REASON, @$); $$->name = $name; $$->text = $STR; }
    | reason SEE STR {
        $$ = $1;
        if ($$->see) diag_add(scanner->diagnostics, DIAG_CODE_SYNTAX, @SEE, "a second 'see'");
        $$->see = $STR;
    }
    ;

format
    : %empty { $$ = build_declaration(scanner, AST_FORMAT, @$); }
    | format property ';' { $$ = $1; PUSH(&$$->properties, $property); }
    ;
property
    : BETWEEN STR { $$ = (struct ast_property){.kind = AST_BETWEEN, .span = @$}; PUSH(&$$.strings, $STR); }
    | ASSIGN STR { $$ = (struct ast_property){.kind = AST_ASSIGN, .span = @$}; PUSH(&$$.strings, $STR); }
    | ESCAPE STR[from] AS STR[to] {
        $$ = (struct ast_property){.kind = AST_ESCAPE, .span = @$};
        PUSH(&$$.strings, $from);
        PUSH(&$$.strings, $to);
    }
    | REFUSE strings { $$ = $strings; $$.kind = AST_REFUSE; $$.span = @$; }
    | REFUSE_FIRST strings { $$ = $strings; $$.kind = AST_REFUSE_FIRST; $$.span = @$; }
    | REPEAT_KEYS { $$ = (struct ast_property){.kind = AST_REPEAT_KEYS, .span = @$}; }
    ;
strings
    : STR { $$ = (struct ast_property){0}; PUSH(&$$.strings, $STR); }
    | strings STR { $$ = $1; PUSH(&$$.strings, $STR); }
    ;

options
    : OPT { $$ = (ast_names){0}; PUSH(&$$, $OPT); }
    | options ',' OPT { $$ = $1; PUSH(&$$, $OPT); }
    ;
repeat: ONCE { $$ = AST_ONCE; } | REPEATED { $$ = AST_REPEATED; } ;

evidence
    : %empty { $$ = build_declaration(scanner, AST_EVIDENCE, @$); }
    | evidence trial { $$ = $1; if ($trial) PUSH(&$$->evidence, *$trial); }
    ;
trial
    : STR ':' trial_texts ';' { $$ = $trial_texts; $$->row = $STR; }
    | error { RESYNC(@error, 1); $$ = NULL; }
    ;
trial_texts
    : STR { $$ = NEW(struct ast_evidence); PUSH(&$$->texts, $STR); }
    | trial_texts ',' STR { $$ = $1; PUSH(&$$->texts, $STR); }
    ;

settings
    : %empty { $$ = build_declaration(scanner, AST_EXAMPLE, @$); }
    | settings name '=' value ';' {
        $$ = $1;
        PUSH(&$$->settings, ((struct ast_setting){.name = $name, .value = $value}));
    }
    ;

meta
    : %empty { $$ = (struct ast_meta){0}; }
    | meta BECAUSE STR {
        $$ = $1; build_meta(scanner, &$$, &(struct ast_meta){.because = $STR}, @BECAUSE);
    }
    | meta BECAUSE name {
        $$ = $1; build_meta(scanner, &$$, &(struct ast_meta){.because_name = $name}, @BECAUSE);
    }
    | meta SEE STR { $$ = $1; build_meta(scanner, &$$, &(struct ast_meta){.see = $STR}, @SEE); }
    | meta TAG name { $$ = $1; PUSH(&$$.tags, $name); }
    ;

/* ---- types and inputs */

members: member_list | member_list ',' ;
member_list
    : member { $$ = (ast_members){0}; PUSH(&$$, $member); }
    | member_list ',' member { $$ = $1; PUSH(&$$, $member); }
    ;
member
    : word title { $$ = (struct ast_member){.name = $word, .title = $title}; }
    | word AS STR title { $$ = (struct ast_member){.name = $word, .as = $STR, .title = $title}; }
    ;

type
    : base_type
    | base_type OR UNKNOWN { $$ = $1; $$.or_unknown = true; $$.span = @$; }
    ;
base_type
    : BOOL { $$ = (struct ast_type){.kind = AST_TYPE_BOOL, .span = @$}; }
    | INT_TYPE range { $$ = (struct ast_type){.kind = AST_TYPE_INT, .span = @$, .range = $range}; }
    | VERSION_TYPE { $$ = (struct ast_type){.kind = AST_TYPE_VERSION, .span = @$}; }
    | VERSION_TYPE range { $$ = (struct ast_type){.kind = AST_TYPE_VERSION, .span = @$, .range = $range}; }
    | TEXT_TYPE { $$ = (struct ast_type){.kind = AST_TYPE_TEXT, .span = @$}; }
    | PATH_TYPE { $$ = (struct ast_type){.kind = AST_TYPE_PATH, .span = @$}; }
    | WORD { $$ = (struct ast_type){.kind = AST_TYPE_NAME, .span = @$, .name = $WORD}; }
    | '{' members '}' { $$ = (struct ast_type){.kind = AST_TYPE_MEMBERS, .span = @$, .members = $members}; }
    | LIST { recovery_reserved(scanner, @$, "'list'"); YYERROR; }
    ;
range
    : word_or_int[low] DOTS word_or_int[high] {
        $$ = (struct ast_range){.low = $low, .high = $high, .has_low = true, .has_high = true, .span = @$};
    }
    | word_or_int[low] DOTS_BELOW word_or_int[high] {
        $$ = (struct ast_range){.low = $low, .high = $high, .has_low = true, .has_high = true, .half_open = true,
                                .span = @$};
    }
    | GE word_or_int[low] { $$ = (struct ast_range){.low = $low, .has_low = true, .span = @$}; }
    | LE word_or_int[high] { $$ = (struct ast_range){.high = $high, .has_high = true, .span = @$}; }
    ;
word_or_int: INT | VERSION ;

input
    : name title ':' type {
        $$ = NEW(struct ast_input);
        $$->name = $name; $$->title = $title; $$->type = $type;
    }
    | input limit { $$ = $1; PUSH(&$$->limits, $limit); }
    | input DEFAULT value {
        $$ = $1;
        if ($$->has_default) diag_add(scanner->diagnostics, DIAG_CODE_SYNTAX, @DEFAULT, "a second 'default'");
        $$->has_default = true; $$->default_value = $value;
    }
    | input OPTIONAL {
        $$ = $1;
        if ($$->optional.text) diag_add(scanner->diagnostics, DIAG_CODE_SYNTAX, @OPTIONAL, "a second 'optional'");
        $$->optional = $OPTIONAL;
    }
    | input UNIQUE { recovery_reserved(scanner, @UNIQUE, "'unique'"); YYERROR; }
    ;
limit
    : MATCHING STR { $$ = (struct ast_limit){.kind = AST_LIMIT_MATCHING, .span = @$, .pattern = $STR}; }
    | MAX INT { $$ = (struct ast_limit){.kind = AST_LIMIT_MAX, .span = @$, .max = $INT}; }
    | MAX INT WHEN cond { $$ = (struct ast_limit){.kind = AST_LIMIT_MAX, .span = @$, .max = $INT, .when = $cond}; }
    ;
input_source
    : input
    | input FROM PROBE name_opt {
        $$ = $1; $$->source = AST_FROM_PROBE; $$->source_span = span_join(@FROM, @PROBE); $$->probe = $name_opt;
    }
    | input FROM CALLER {
        $$ = $1; $$->source = AST_FROM_CALLER; $$->source_span = span_join(@FROM, @CALLER);
    }
    | input FROM CALLER ELSE PROBE name_opt {
        $$ = $1; $$->source = AST_FROM_CALLER_ELSE_PROBE; $$->source_span = span_join(@FROM, @PROBE);
        $$->probe = $name_opt;
    }
    ;

/* ---- decision tables */

outcome: name title ':' type { $$ = (struct ast_outcome){.name = $name, .title = $title, .type = $type}; } ;
outcomes
    : outcome { $$ = NEW(struct ast_table); PUSH(&$$->outcomes, $outcome); }
    | outcomes ',' outcome { $$ = $1; PUSH(&$$->outcomes, $outcome); }
    ;
columns
    : name { $$ = (ast_names){0}; PUSH(&$$, $name); }
    | columns '|' name { $$ = $1; PUSH(&$$, $name); }
    ;
rows
    : %empty { $$ = NEW(struct ast_table); }
    | rows row {
        $$ = $1;
        if ($row)
            PUSH(&$$->rows, $row);
        else
            $$->has_broken_rows = true;
    }
    ;
row
    : cells ARROW results meta ';' {
        $$ = NEW(struct ast_row); $$->span = @$; $$->cells = $cells; $$->results = $results; $$->meta = $meta;
    }
    | label cells ARROW results meta ';' {
        $$ = NEW(struct ast_row); $$->span = @$; $$->label = $label;
        $$->cells = $cells; $$->results = $results; $$->meta = $meta;
    }
    | ELSE ARROW results meta ';' {
        $$ = NEW(struct ast_row); $$->span = @$; $$->is_else = true; $$->results = $results; $$->meta = $meta;
    }
    | label ELSE ARROW results meta ';' {
        $$ = NEW(struct ast_row); $$->span = @$; $$->label = $label; $$->is_else = true;
        $$->results = $results; $$->meta = $meta;
    }
    | cells ARROW REJECT_WORD STR meta ';' {
        $$ = NEW(struct ast_row); $$->span = @$; $$->cells = $cells; $$->reject = $STR; $$->meta = $meta;
    }
    | label cells ARROW REJECT_WORD STR meta ';' {
        $$ = NEW(struct ast_row); $$->span = @$; $$->label = $label;
        $$->cells = $cells; $$->reject = $STR; $$->meta = $meta;
    }
    | ELSE ARROW REJECT_WORD STR meta ';' {
        $$ = NEW(struct ast_row); $$->span = @$; $$->is_else = true; $$->reject = $STR; $$->meta = $meta;
    }
    | label ELSE ARROW REJECT_WORD STR meta ';' {
        $$ = NEW(struct ast_row); $$->span = @$; $$->label = $label; $$->is_else = true;
        $$->reject = $STR; $$->meta = $meta;
    }
    | error { RESYNC(@error, 1); $$ = NULL; }
    ;
results
    : result { $$ = (ast_values){0}; PUSH(&$$, $result); }
    | results ',' result { $$ = $1; PUSH(&$$, $result); }
    ;
result
    : value
    | INHERIT { $$ = (struct ast_value){.kind = AST_INHERIT, .span = @$, .text = "inherit"}; }
    ;
cells
    : cell { $$ = (ast_cells){0}; PUSH(&$$, $cell); }
    | cells '|' cell { $$ = $1; PUSH(&$$, $cell); }
    ;
cell
    : '*' { $$ = (struct ast_cell){.span = @$}; PUSH(&$$.tests, build_test(AST_TEST_ANY, @$)); }
    | tests
    ;
tests
    : test { $$ = (struct ast_cell){.span = @$}; PUSH(&$$.tests, $test); }
    | tests ',' test { $$ = $1; $$.span = @$; PUSH(&$$.tests, $test); }
    ;
test
    : value { $$ = build_test(AST_TEST_VALUE, @$); $$.value = $value; }
    | value[low] DOTS value[high] { $$ = build_test(AST_TEST_RANGE, @$); $$.value = $low; $$.high = $high; }
    | value[low] DOTS_BELOW value[high] {
        $$ = build_test(AST_TEST_HALF_OPEN, @$); $$.value = $low; $$.high = $high;
    }
    | order value { $$ = build_test(AST_TEST_RELATION, @$); $$.relation = $order; $$.value = $value; }
    | NOT value {
        $$ = build_test(AST_TEST_NOT, @$);
        $$.inner = NEW(struct ast_cell);
        $$.inner->span = @value;
        struct ast_test inner = build_test(AST_TEST_VALUE, @value);
        inner.value = $value;
        PUSH(&$$.inner->tests, inner);
    }
    | NOT '(' tests ')' {
        $$ = build_test(AST_TEST_NOT, @$);
        $$.inner = NEW(struct ast_cell);
        *$$.inner = $tests;
    }
    ;
value
    : word { $$ = build_word($word); }
    | INT | VERSION | SERIES
    | STR { $$ = build_string($STR); }
    | UNKNOWN { $$ = (struct ast_value){.kind = AST_UNKNOWN, .span = @$, .text = "unknown"}; }
    ;
order: '<' { $$ = AST_LT; } | LE { $$ = AST_LE; } | '>' { $$ = AST_GT; } | GE { $$ = AST_GE; } ;
relation: order | EQ { $$ = AST_EQ; } | NE { $$ = AST_NE; } ;

/* ---- conditions */

cond
    : clause
    | clause[left] IMPLIES clause[right] { $$ = build_connective(scanner, AST_COND_IMPLIES, $left, $right); }
    ;
clause: unary | ands | ors ;
ands
    : unary[left] AND unary[right] { $$ = build_connective(scanner, AST_COND_AND, $left, $right); }
    | ands AND unary { $$ = $1; PUSH(&$$->operands, $unary); $$->span = @$; }
    | ands OR unary {
        struct diag *diag = diag_add(scanner->diagnostics, DIAG_CODE_MIXED, @OR, "'and' and 'or' are mixed");
        diag_help(scanner->diagnostics, diag, "put parentheses around what belongs together");
        $$ = $1;
    }
    ;
ors
    : unary[left] OR unary[right] { $$ = build_connective(scanner, AST_COND_OR, $left, $right); }
    | ors OR unary { $$ = $1; PUSH(&$$->operands, $unary); $$->span = @$; }
    | ors AND unary {
        struct diag *diag = diag_add(scanner->diagnostics, DIAG_CODE_MIXED, @AND, "'or' and 'and' are mixed");
        diag_help(scanner->diagnostics, diag, "put parentheses around what belongs together");
        $$ = $1;
    }
    ;
unary
    : prim
    | NOT prim { $$ = build_cond(scanner, AST_COND_NOT, @$); PUSH(&$$->operands, $prim); }
    ;
prim
    : plain_word { $$ = build_cond(scanner, AST_COND_NAME, @$); $$->name = $1; }
    | plain_word relation value {
        $$ = build_cond(scanner, AST_COND_COMPARE, @$);
        $$->name = $1; $$->relation = $relation; $$->value = $value;
    }
    | plain_word IN braced_tests {
        $$ = build_cond(scanner, AST_COND_IN, @$);
        $$->name = $1;
        $$->cell = NEW(struct ast_cell);
        *$$->cell = $braced_tests;
    }
    | '(' cond ')' { $$ = $cond; $$->span = @$; }
    | GIVEN name { $$ = build_cond(scanner, AST_COND_GIVEN, @$); $$->name = $name; }
    | EMITS OPT pattern_opt {
        $$ = build_cond(scanner, AST_COND_EMITS, @$);
        $$->option = $OPT; $$->pattern = $pattern_opt;
    }
    | COUNT OPT pattern_opt relation INT {
        $$ = build_cond(scanner, AST_COND_COUNT, @$);
        $$->option = $OPT; $$->pattern = $pattern_opt; $$->relation = $relation; $$->value = $INT;
    }
    | ANY name { recovery_reserved(scanner, @ANY, "'any'"); YYERROR; }
    ;
pattern_opt: %empty { $$ = NULL; } | pattern ;
pattern: '(' parts ')' { $$ = $parts; $$->span = @$; } ;
parts
    : part { $$ = NEW(struct ast_pattern); PUSH(&$$->parts, $part); }
    | parts ',' part { $$ = $1; PUSH(&$$->parts, $part); }
    ;
part
    : glob { $$ = (struct ast_pattern_part){.span = @$, .value = $glob}; }
    | key '=' glob { $$ = (struct ast_pattern_part){.span = @$, .has_key = true, .key = $key, .value = $glob}; }
    | key '=' '*' {
        $$ = (struct ast_pattern_part){.span = @$, .has_key = true, .key = $key};
        $$.value = (struct ast_value){.kind = AST_STAR, .span = @3, .text = "*"};
    }
    ;
key: word { $$ = build_word($word); } | STR { $$ = build_string($STR); } ;
glob: key | INT | VERSION ;
braced_tests: '{' tests '}' { $$ = $tests; } ;

/* ---- the command line */

block: block_open statements '}' { $$ = $statements; scanner->statement_depth--; } ;
block_open: '{' { scanner->statement_depth++; } ;
statements
    : %empty { $$ = NEW(struct ast_block); }
    | statements statement { $$ = $1; if ($statement) PUSH(&$$->statements, $statement); }
    ;
statement
    : args when_opt meta ';' { $$ = $args; $$->span = @$; $$->when = $when_opt; $$->meta = $meta; }
    | when_statement
    | EACH { recovery_reserved(scanner, @EACH, "'each'"); YYERROR; }
    | PART { recovery_reserved(scanner, @PART, "'part'"); YYERROR; }
    | error { RESYNC(@error, scanner->statement_depth); $$ = NULL; }
    ;
when_statement
    : WHEN cond block {
        $$ = NEW(struct ast_statement); $$->span = span_join(@1, @2); $$->when = $cond; $$->then_block = $block;
    }
    | WHEN cond block[yes] ELSE block[no] {
        $$ = NEW(struct ast_statement); $$->span = span_join(@1, @2); $$->when = $cond;
        $$->then_block = $yes; $$->else_block = $no;
    }
    | WHEN cond block[yes] ELSE when_statement[no] {
        $$ = NEW(struct ast_statement); $$->span = span_join(@1, @2); $$->when = $cond;
        $$->then_block = $yes; $$->else_block = NEW(struct ast_block);
        PUSH(&$$->else_block->statements, $no);
    }
    ;
when_opt: %empty { $$ = NULL; } | WHEN cond { $$ = $cond; } ;
args
    : arg { $$ = NEW(struct ast_statement); PUSH(&$$->args, $arg); }
    | args arg { $$ = $1; PUSH(&$$->args, $arg); }
    ;
arg
    : OPT { $$ = (struct ast_arg){.kind = AST_ARG_OPTION, .span = @$, .option = $OPT}; }
    | list_value { $$ = (struct ast_arg){.kind = AST_ARG_VALUE, .span = @$, .value = $1}; }
    | list { $$ = (struct ast_arg){.kind = AST_ARG_LIST, .span = @$, .list = $list}; }
    | AS name list { $$ = (struct ast_arg){.kind = AST_ARG_LIST, .span = @$, .format = $name, .list = $list}; }
    ;
list_value
    : word { $$ = build_word($word); }
    | INT | VERSION
    | STR { $$ = build_string($STR); }
    | HOLE { $$ = build_placeholder($HOLE); }
    ;
list
    : '{' '}' { $$ = NEW(struct ast_list); $$->span = @$; }
    | '{' items '}' { $$ = $items; $$->span = @$; }
    | '{' items ',' '}' { $$ = $items; $$->span = @$; }
    ;
items
    : item { $$ = NEW(struct ast_list); PUSH(&$$->items, $item); }
    | items ',' item { $$ = $1; PUSH(&$$->items, $item); }
    ;
item
    : entry when_opt meta { $$ = $entry; $$.span = @entry; $$.when = $when_opt; $$.meta = $meta; }
    | WHEN cond list { $$ = (struct ast_item){.span = @$, .when = $cond, .then_list = $list}; }
    | WHEN cond list[yes] ELSE list[no] {
        $$ = (struct ast_item){.span = @$, .when = $cond, .then_list = $yes, .else_list = $no};
    }
    ;
entry
    : list_value { $$ = (struct ast_item){.value = $1}; }
    | list_value[key] '=' list_value[value] { $$ = (struct ast_item){.is_pair = true, .key = $key, .value = $value}; }
    | list_value[key] '=' AS name list {
        $$ = (struct ast_item){.is_pair = true, .key = $key, .format = $name, .nested = $list};
    }
    ;

%%


static const char *symbol_text(const struct scanner *scanner, yysymbol_kind_t kind) {
    if (kind != YYSYMBOL_YYEOF)
        return yysymbol_name(kind);
    return scanner->is_question ? "the end" : "the end of the file";
}

/* Passes the unexpected token and the expected ones to recovery.c. */
static int yyreport_syntax_error(const yypcontext_t *context, void *lexer, struct scanner *scanner) {
    (void)lexer;
    yysymbol_kind_t token = yypcontext_token(context), kinds[YYNTOKENS];
    struct syntax_error error = {.span = *yypcontext_location(context),
                                 .is_end = token == YYSYMBOL_YYEOF,
                                 .is_word = token == YYSYMBOL_WORD,
                                 .is_option = token == YYSYMBOL_OPT,
                                 .is_reserved = scanner->is_reserved};
    if (token == YYSYMBOL_YYUNDEF || scanner->stopped)
        return 0; /* already reported by the scanner */
    int count = yypcontext_expected_tokens(context, kinds, YYNTOKENS);
    for (int i = 0; i < count; i++) {
        const char *text = symbol_text(scanner, kinds[i]);
        error.wants_word |= kinds[i] == YYSYMBOL_WORD;
        error.wants_text |= kinds[i] == YYSYMBOL_STR;
        error.wants_declaration |= kinds[i] == YYSYMBOL_RULESET;
        error.wants_reference |= kinds[i] == YYSYMBOL_REFERENCE;
        error.wants_semicolon |= strcmp(text, "';'") == 0;
        if (error.n_expected++ < MAX_EXPECTED)
            error.expected[i] = text;
    }
    recovery_report(scanner, &error);
    return 0;
}

/* The parser's stack is full: the only error that bison does not pass to yyreport_syntax_error. */
static void parse_error(struct span *span, void *lexer, struct scanner *scanner, const char *message) {
    (void)lexer, (void)message;
    scanner->diagnostics->incomplete_file = true;
    diag_add(scanner->diagnostics, DIAG_CODE_NESTING, *span,
             "this is nested too deep, or more than %d times 'else when'; the rest of the file was not read",
             MAX_ELSE_WHEN);
}
