/* One operation, one record: CLI verb, HTTP route, permission, input and output fields, help
 * and function. The command line, help, routing, `pond describe --json` and docs/operations.md
 * are all read from it. A module owns its rows (struct op_module in its ops.c); app/ops.c lists
 * the modules.
 *
 *     static const struct op_in assets_in[] = {
 *         {.name = "as-of", .type = OP_DAY, .help = "...", .help_zh = "..."},
 *         {0}};
 *     static const struct op_out assets_out[] = {
 *         {"as_of", OP_DAY, "the day asked about", "...", false},
 *         {"stages[].consumers", OP_INT, "consumers in it", "...", false},
 *         {0}};
 *     static enum rc assets_run(struct op_call *c)
 *     {
 *         int32_t day = op_arg_day(c, "as-of", today);
 *         struct json *j = op_json(c);       the reply, always written
 *         struct table *t = op_table(c);     for people and --csv, in order of the calls
 *         return rc_fail(c->err, RC_MISSING, ...);
 *     }
 */
#ifndef POND_WIRE_OP_H
#define POND_WIRE_OP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"
#include "base/str.h"
#include "wire/json.h"
#include "wire/lang.h"
#include "wire/plot.h"
#include "wire/sheet.h"
#include "wire/table.h"
#include <stdbool.h>
#include <stdint.h>

enum op_type {
    OP_STR,
    OP_INT, /* whole number, min..max when either is not 0 */
    OP_REAL,
    OP_DAY,    /* a date as day_parse reads it                */
    OP_BOOL,   /* flag without value, or =true/false/yes/no   */
    OP_PATH,   /* a file or directory                         */
    OP_CHOICE, /* one of `choices`                            */
    OP_ANY     /* out only: any JSON value, not looked into   */
};

/* What stands behind an OP_PATH when the operation is asked over HTTP, where nobody may name a path of this
 * machine. */
enum op_file {
    OP_FILE_LOCAL,    /* nothing: the argument is refused there                          */
    OP_FILE_UPLOAD,   /* the request's body is the file                                  */
    OP_FILE_DOWNLOAD, /* the answer's body is the file, of the type that ?format names   */
};

/* The list ends with a row whose name is NULL. Names are words joined by "-" ("as-of"). */
struct op_in {
    const char *name;
    enum op_type type;
    bool required;
    bool positional;      /* by place, without --name; also accepted as --name          */
    bool many;            /* may be given again and again; a positional takes all left  */
    const char *unit;     /* "days", "rows"; may be NULL                                */
    const char *fallback; /* used when absent, as if typed; NULL: none                  */
    const char *choices;  /* OP_CHOICE: "day|week|month"                                */
    int64_t min, max;     /* OP_INT, included                                           */
    const char *metavar;  /* shown for the value: "FILE"; NULL: from the type           */
    const char *help, *help_zh;
    const char
        *perm; /* a right that giving it (a flag: true) needs beside the operation's own */
    enum op_file file; /* OP_PATH                                                        */
    /* A password: in a request's body only. On the command line, which others can read, it is
     * refused and not told of; the operation asks for it there. Over HTTP never in a query. */
    bool secret;
};

/* A leaf of the JSON reply by its path: "stages[].consumers", "matrix[][]". Ends with path
 * NULL. */
struct op_out {
    const char *path;
    enum op_type type; /* OP_DAY, OP_STR, OP_PATH, OP_CHOICE: string                 */
    const char *help, *help_zh;
    bool optional; /* may be absent; null is always allowed then                 */
};

struct op_call;

/* What an operation needs of the brand; decides where a server runs it (serve/live.h). */
enum op_how {
    OP_READS, /* looks at one moment                                                  */
    OP_EDITS, /* looks at one moment, writes its findings into the ledger (tags, crowds, scores) */
    OP_LEDGER, /* needs the brand's ledger only: between two batches, beside what reads   */
    OP_ASIDE, /* a server answers by what it knows itself, whatever the brand does; else as OP_READS */
    OP_CHANGES, /* changes history or what is folded from it: in the writer's turn      */
    OP_ALONE    /* needs no brand, or makes one: by a route only when it is public      */
};

struct op {
    const char *name;           /* CLI words: "report assets"                         */
    const char *route;          /* "GET /api/v1/report/assets"; NULL: CLI only            */
    const char *perm;           /* "report.read"                                      */
    const char *help, *help_zh; /* one line, a sentence                               */
    const char *more, *more_zh; /* paragraphs below; may be NULL                      */
    const char *example;        /* lines of commands, without "$ "                    */
    const struct op_in *in;     /* NULL: none                                         */
    const struct op_out *out;   /* NULL: reply not described                          */
    enum rc (*run)(struct op_call *c);
    enum op_how how;
    /* OP_LEDGER: what takes long and needs no ledger (a password's hash). A server does it before it takes the turn in
     * which it runs the rest; what is found waits in c->ahead, and `run` does it itself when nothing is there. May be NULL. */
    enum rc (*ahead)(struct op_call *c);
    bool slow;   /* as a job by default: minutes rather than seconds   */
    bool hidden; /* not in the list of help                            */
    /* What --plot draws, a phrase ("a line a stage"); NULL: the operation has no picture and
     * --plot is refused before it runs. One that has draws by op_plot.            */
    const char *picture, *picture_zh;
};

/* The rows of one module; `ops` ends with a row whose name is NULL. */
struct op_module {
    const char *name;
    const char *title, *title_zh;
    const struct op *ops;
};
/* All of them; ends with NULL. */
struct op_book {
    const struct op_module *const *modules;
};
const struct op *op_find(const struct op_book *b, struct str name);
uint32_t op_count(const struct op_book *b);
const struct op *op_at(const struct op_book *b, uint32_t i);
/* "reads", "edits", "ledger", "aside", "changes", "alone" */
const char *op_how_name(enum op_how how);

/* ---- A request ------------------------------------------------------------------------------
 */

enum op_format { OP_FORMAT_TEXT, OP_FORMAT_JSON, OP_FORMAT_CSV };

/* Flags that may stand anywhere on the command line. */
struct op_global {
    struct str data;       /* --data DIR      */
    struct str brand;      /* --brand NAME    */
    struct str lang;       /* --lang zh|en    */
    enum op_format format; /* --json, --csv   */
    struct str xlsx;       /* --xlsx FILE     */
    struct str plot;       /* --plot FILE     */
    bool no_color;         /* --no-color      */
    bool quiet;            /* --quiet, -q     */
    bool help;             /* --help, -h      */
    bool version;          /* --version, -V   */
};

struct op_args; /* values by field; lives in its arena */

struct op_request {
    struct op_global global;
    const struct op *op; /* NULL: no command (help, version, or nothing typed)      */
    struct str topic;    /* help: the words asked about ("report"); may be empty    */
    struct op_args *args;
};

/* Reads argv[1..]. `pond help WORDS`, `pond WORDS --help` and `pond` alone set global.help.
 * Everything in *out lives in `a` or argv. RC_INVALID (exit code 2): unknown command or flag
 * (hint: the nearest), a missing or malformed value, one flag twice, a missing required field.
 */
enum rc op_parse(const struct op_book *b, struct arena *a, int argc, char *const argv[],
                 struct op_request *out, struct err *e);
/* For callers that have no command line: values by name, then op_args_check for what is
 * required. */
struct op_args *op_args_new(struct arena *a, const struct op *op);
enum rc op_args_set(struct op_args *args, struct str name, struct str value, struct err *e);
enum rc op_args_check(const struct op_args *args, struct err *e);
/* What was set, for who hands it on: values of field i (in the order of op->in). */
uint32_t op_args_count(const struct op_args *args, uint32_t i);
struct str op_args_at(const struct op_args *args, uint32_t i, uint32_t k);

/* ---- A call
 * ---------------------------------------------------------------------------------- */

struct op_call {
    const struct op *op;
    struct arena *arena; /* dies with the call                                      */
    void *app;           /* whatever app handed in: struct pond                     */
    const struct op_args *args;
    struct err *err; /* run fills this; never NULL                              */
    enum lang lang;
    enum op_format format;
    bool quiet;      /* no progress                                             */
    struct str xlsx; /* the workbook to write; empty: none                      */
    struct str plot; /* the picture to write; empty: none                       */
    /* Told now and then how far it is (0..1; below 0: unknown). NULL: nobody wants to know. */
    void (*progress)(void *ctx, double share, struct str text);
    void *progress_ctx;
    void *ahead;              /* what op->ahead left for op->run; NULL: nothing          */
    struct op_output *output; /* used through the calls below                            */
};
/* Places a call in the arena. */
struct op_call *op_call_new(struct arena *a, const struct op_request *q, void *app,
                            struct err *e);

/* Arguments. A name that the record does not list is our bug and aborts. */
bool op_has(const struct op_call *c, const char *name);           /* typed, or has a fallback */
struct str op_arg_str(const struct op_call *c, const char *name); /* empty when absent */
int64_t op_arg_int(const struct op_call *c, const char *name, int64_t absent);
double op_arg_real(const struct op_call *c, const char *name, double absent);
int32_t op_arg_day(const struct op_call *c, const char *name, int32_t absent);
bool op_arg_bool(const struct op_call *c, const char *name); /* false when absent */
uint32_t op_arg_count(const struct op_call *c, const char *name);
struct str op_arg_at(const struct op_call *c, const char *name, uint32_t i);

/* Long work says how far it is; costs nothing when nobody listens. */
void op_progress(struct op_call *c, double share, struct str text);

/* Output. Every run writes the JSON reply whole (one object); tables and text are for people
 * and kept in the order of the calls. With --csv the tables come out, one after another, an
 * empty line between. */
struct json *op_json(struct op_call *c);
struct table *op_table(struct op_call *c);
void op_text(struct op_call *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3))); /* a line */
/* The picture of this call (wire/plot.h); drawn into --plot FILE behind the run. Describing it
 * costs next to nothing, so an operation need not ask whether it is wanted. A second call
 * replaces the first. */
struct plot *op_plot(struct op_call *c, enum plot_kind kind);
/* The workbook of --xlsx, for rows too many to be held in a table: the operation writes its
 * pages itself (wire/sheet.h), row by row, and its tables are not added. *out is NULL when the
 * command line asks for none. Errors of sheet_open. */
enum rc op_sheet(struct op_call *c, struct sheet **out);
/* For callers who have fields and no flags: "--as-of" in a text becomes "as_of", in place. */
void op_words_of_fields(char *text);
/* Text picked by the call's language. */
const char *op_say(const struct op_call *c, const char *en, const char *zh);
/* Appends the output in the call's format; JSON with a newline behind. */
void op_render(const struct op_call *c, const struct table_style *style, struct buf *out);
struct str op_reply(const struct op_call *c); /* the JSON text */

/* Files beside the output: a workbook of all tables (--xlsx), a page each, under the lines that
 * stand above them; the picture (--plot). op_files_check comes before the run, so that a name that cannot be written
 * is told at once; op_files_write behind it, and appends a line a file for people to `said`.
 * RC_INVALID when there is no table or picture to write; errors of sheet_open, sheet_close and
 * plot_save. */
enum rc op_files_check(const struct op_call *c, struct err *e);
enum rc op_files_write(struct op_call *c, struct buf *said, struct err *e);

/* ---- Read from the book
 * ------------------------------------------------------------------------ */

/* Help of the program (topic empty), of a group ("report") or of one command ("report assets").
 * RC_MISSING with a suggestion for an unknown topic. */
enum rc op_help(const struct op_book *b, struct str topic, enum lang lang, struct buf *out,
                struct err *e);
void op_describe_json(const struct op_book *b, struct json *j);
void op_markdown(const struct op_book *b, enum lang lang, struct buf *out);
/* True when a JSON reply is what .out says: every leaf listed and of its type, none missing.
 * RC_INVALID names the first leaf that is not. For tests. */
enum rc op_check_reply(const struct op *op, struct str reply, struct err *e);
/* The nearest of n words to a mistyped one (edit distance up to a third of its length); NULL if
 * none is near. */
const char *op_nearest(struct str word, const char *const *words, uint32_t n);

#endif
