#include "app/import_show.h"

#include <inttypes.h>
#include <stdio.h>
#include "app/pond.h"
#include "app/show.h"
#include "wire/table.h"
#include "wire/text.h"

#define LINE_MS 200 /* between two pictures on a terminal ... */
#define LOG_MS 5000 /* ... and between two lines in a log     */
#define PREVIEW_SHOWN 8
#define PREVIEW_JSON 50

/* ---- Progress ------------------------------------------------------------------------------ */

static void put_count(struct buf *out, double n)
{
    if (n >= 1e6) {
        buf_addf(out, "%.2fM", n / 1e6);
    } else if (n >= 1e4) {
        buf_addf(out, "%.0fk", n / 1e3);
    } else {
        buf_addf(out, "%.0f", n);
    }
}

static void put_state(struct buf *out, const struct import_line *l,
                      const struct import_state *s)
{
    const bool zh = l->lang == LANG_ZH;
    const double seconds = (double)s->elapsed_ms / 1000;

    if (s->files > 1) {
        buf_addf(out, "[%u/%u] ", s->file, s->files);
    }
    (void)text_fit(out, s->path, 40);
    buf_addf(out, "  ");
    put_count(out, (double)s->rows);
    buf_addf(out, zh ? " 行" : " rows");
    if (seconds > 0.2) {
        buf_addf(out, "  ");
        put_count(out, (double)s->rows / seconds);
        buf_addf(out, zh ? " 行/秒" : " rows/s");
    }
    if (s->size && s->bytes <= s->size) {
        const double share = (double)s->bytes / (double)s->size;
        buf_addf(out, "  %.0f %%", share * 100);
        if (share > 0.01 && seconds > 1) {
            const long left = (long)(seconds / share - seconds + 0.5);
            buf_addf(out, zh ? "  剩余 %ld:%02ld" : "  %ld:%02ld left", left / 60, left % 60);
        }
    }
}

void import_line_show(void *ctx, const struct import_state *s)
{
    struct import_line *l = ctx;
    const int64_t now = clock_steady_ms();

    if (!s->done && now - l->shown_ms < (l->terminal ? LINE_MS : LOG_MS)) {
        return;
    }
    if (!l->terminal && s->elapsed_ms < LOG_MS) {
        return; /* a short import needs no log */
    }
    struct buf b = {0};
    l->shown_ms = now;
    put_state(&b, l, s);
    if (l->terminal) {
        (void)fprintf(stderr, "\r\033[K%s", s->done ? "" : buf_cstr(&b));
    } else {
        (void)fprintf(stderr, "%s\n", buf_cstr(&b));
    }
    (void)fflush(stderr);
    buf_release(&b);
}

static struct str shown(const struct op_call *c, struct str path)
{
    return pond_path_shown(c->app, path);
}

/* ---- Mapping and preview ------------------------------------------------------------------- */

static void show_form(struct op_call *c, const struct import_file *f)
{
    const char *words = f->kind.len && f->encoding.len ? ", " : "";
    op_text(c, "%.*s: %.*s (%.*s%s%.*s)", STR_FMT(shown(c, f->path)),
            STR_FMT(f->mapping->format), STR_FMT(f->kind), words, STR_FMT(f->encoding));
}

static void show_mapping(struct op_call *c, const struct import_file *f)
{
    const struct mapping *m = f->mapping;
    struct buf b = {0};

    if (!m->columns) {
        return;
    }
    struct table *t = op_table(c);
    table_title(t, str_of(op_say(c, "Mapping", "列映射")));
    show_column(t, "column", op_say(c, "column", "列"), TABLE_TEXT);
    show_column(t, "field", op_say(c, "is", "含义"), TABLE_TEXT);
    show_column(t, "note", " ", TABLE_TEXT);
    for (uint32_t i = 0; i < m->columns; i++) {
        buf_clear(&b);
        mapping_field_text(&m->column[i], &b);
        table_row(t);
        table_str(t, m->column[i].header);
        table_str(t, arena_str(c->arena, buf_str(&b)));
        table_str(t, str_of(m->column[i].personal ? op_say(c, "kept sealed", "加密保存") : ""));
    }
    const struct {
        const char *field;
        struct str value;
    } constants[] = {{"event", m->event},
                     {"channel", m->channel},
                     {"touchpoint", m->touchpoint},
                     {"campaign", m->campaign}};
    for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++) {
        if (constants[i].value.len) {
            table_row(t);
            table_str(t, arena_strf(c->arena, "= %.*s", STR_FMT(constants[i].value)));
            table_str(t, str_of(constants[i].field));
            table_str(t, str_of(op_say(c, "in every row", "每行相同")));
        }
    }
    buf_release(&b);
}

static struct str identities_text(struct op_call *c, const struct brand *b,
                                  const struct event_batch *p, uint32_t r)
{
    struct buf out = {0};
    for (uint32_t i = p->ident_at[r]; i < p->ident_at[r + 1]; i++) {
        const struct ident *id = &p->ident[i];
        const struct str kind = kind_name(b->kinds, id->kind);
        const struct str value = kind_mask(b->kinds, id->kind, id->value, c->arena);
        buf_addf(&out, "%s%.*s:%.*s", out.len ? " " : "", STR_FMT(kind), STR_FMT(value));
    }
    const struct str s = arena_str(c->arena, buf_str(&out));
    buf_release(&out);
    return s;
}

static void show_preview(struct op_call *c, const struct brand *b, const struct import_file *f)
{
    const struct event_batch *p = f->preview;
    struct table *t = op_table(c);

    table_title(t, str_of(op_say(c, "First rows as understood", "前几行的解读")));
    show_event_columns(c, t);
    show_column(t, "identities", op_say(c, "identities", "身份"), TABLE_TEXT);
    show_column(t, "properties", op_say(c, "other", "其他"), TABLE_TEXT);
    for (uint32_t r = 0; r < p->rows && r < PREVIEW_SHOWN; r++) {
        table_row(t);
        show_event_cells(c, b, t,
                         &(struct show_event){p->time_ms[r],
                                              catalogue_name(b->catalogue, p->name[r]),
                                              channel_name(b->catalogue, p->channel[r]),
                                              p->item[r], p->order_no[r], p->amount_fen[r]});
        table_str(t, identities_text(c, b, p, r));
        table_str(t, p->props[r]);
    }
    show_text(c,
              "Looked at %" PRIu64 " rows: %" PRIu64 " good, %" PRIu64
              " to be set aside. Nothing was imported.",
              "查看了 %" PRIu64 " 行：%" PRIu64 " 行可用，%" PRIu64
              " 行会被搁置。没有导入任何数据。",
              f->rows, f->rows - f->rejected, f->rejected);
}

/* ---- Summary ------------------------------------------------------------------------------- */

static void show_notes(struct op_call *c, const struct brand *b, const struct import_file *f,
                       bool dry_run)
{
    if (f->imported_ms) {
        const struct str when = show_time(c, b, f->imported_ms);
        show_text(c, "  imported before, on %.*s", "  曾于 %.*s 导入过", STR_FMT(when));
    }
    if (f->continued) {
        show_text(c,
                  "  an earlier import was interrupted after %" PRIu64
                  " rows; this one continues it",
                  "  上次导入在第 %" PRIu64 " 行后中断，本次接着完成", f->continued);
    }
    if (f->accepted && f->anonymous == f->accepted) {
        show_text(c, "  no row names a consumer%s", "  没有任何一行带有消费者身份%s", "");
    }
    if (f->rejected && f->first_reject.len) {
        show_text(c, "  set aside: %.*s", "  搁置：%.*s", STR_FMT(f->first_reject));
    }
    if (f->rejects.len) {
        show_text(c, "  all of them with reasons: %.*s", "  全部搁置行及原因：%.*s",
                  STR_FMT(f->rejects));
    }
    if (f->rc && f->rc != RC_REJECTS) {
        op_text(c, "  %s", f->err.msg);
        if (f->err.hint[0]) {
            op_text(c, "  → %s", f->err.hint);
        }
    }
    (void)dry_run;
}

static void count_columns(struct op_call *c, struct table *t)
{
    show_column(t, "file", op_say(c, "file", "文件"), TABLE_TEXT);
    show_column(t, "format", op_say(c, "format", "格式"), TABLE_TEXT);
    show_column(t, "rows", op_say(c, "rows", "行数"), TABLE_INT);
    show_column(t, "accepted", op_say(c, "accepted", "接受"), TABLE_INT);
    show_column(t, "duplicates", op_say(c, "duplicates", "重复"), TABLE_INT);
    show_column(t, "rejected", op_say(c, "set aside", "搁置"), TABLE_INT);
    show_column(t, "anonymous", op_say(c, "anonymous", "匿名"), TABLE_INT);
}

static void show_counts(struct op_call *c, const struct import_summary *s)
{
    struct table *t = op_table(c);

    count_columns(c, t);
    for (uint32_t i = 0; i < s->files; i++) {
        const struct import_file *f = &s->file[i];
        table_row(t);
        table_str(t, shown(c, f->path));
        table_str(t, f->mapping ? f->mapping->format : STR("–"));
        table_i64(t, (int64_t)f->rows);
        table_i64(t, (int64_t)f->accepted);
        table_i64(t, (int64_t)f->duplicates);
        table_i64(t, (int64_t)f->rejected);
        table_i64(t, (int64_t)f->anonymous);
    }
    if (s->files > 1 && c->format == OP_FORMAT_TEXT) {
        table_rule(t);
        table_row(t);
        table_str(t, str_of(op_say(c, "all", "合计")));
        table_empty(t);
        table_i64(t, (int64_t)s->rows);
        table_i64(t, (int64_t)s->accepted);
        table_i64(t, (int64_t)s->duplicates);
        table_i64(t, (int64_t)s->rejected);
        table_i64(t, (int64_t)s->anonymous);
    }
}

static void show_total(struct op_call *c, const struct import_summary *s)
{
    const double seconds = (double)s->elapsed_ms / 1000;
    const struct str rows = show_count(c, s->rows);
    const struct str consumers = show_count(c, s->consumers);
    const struct str rate =
        show_count(c, seconds > 0 ? (uint64_t)((double)s->rows / seconds) : 0);

    show_text(c, "%.*s rows in %.1f s (%.*s rows/s); %.*s consumers in the pond",
              "%.*s 行，用时 %.1f 秒（每秒 %.*s 行）；池中共有 %.*s 位消费者", STR_FMT(rows),
              seconds, STR_FMT(rate), STR_FMT(consumers));
}

static void put_counts(struct json *j, uint64_t rows, uint64_t accepted, uint64_t duplicates,
                       uint64_t rejected, uint64_t anonymous, uint64_t events)
{
    json_put_i64(j, "rows", (int64_t)rows);
    json_put_i64(j, "accepted", (int64_t)accepted);
    json_put_i64(j, "duplicates", (int64_t)duplicates);
    json_put_i64(j, "rejected", (int64_t)rejected);
    json_put_i64(j, "anonymous", (int64_t)anonymous);
    json_put_i64(j, "events", (int64_t)events);
}

static void put_columns(struct json *j, const struct import_file *f)
{
    const struct mapping *m = f->mapping;
    struct buf b = {0};
    json_key(j, "columns");
    json_begin_array(j);
    for (uint32_t i = 0; m && f->look && i < m->columns; i++) {
        const struct import_column *k = &f->look->column[i];
        buf_clear(&b);
        mapping_field_text(&m->column[i], &b);
        json_begin_object(j);
        json_put_str(j, "header", m->column[i].header);
        json_put_str(j, "field", buf_str(&b));
        json_put_cstr(j, "by", mapping_by_name(m->column[i].by));
        json_put_bool(j, "personal", m->column[i].personal);
        json_put_i64(j, "filled", k->filled);
        json_put_i64(j, "of", k->of);
        json_put_i64(j, "refused", (int64_t)k->refused);
        json_key(j, "samples");
        json_begin_array(j);
        for (uint32_t n = 0; n < k->samples; n++) {
            json_str(j, k->sample[n]);
        }
        json_end_array(j);
        json_end_object(j);
    }
    json_end_array(j);
    buf_release(&b);
}

static void put_event(struct op_call *c, const struct brand *b, struct json *j,
                      const struct event_batch *p, uint32_t r)
{
    json_begin_object(j);
    json_put_i64(j, "row", (int64_t)p->source_row[r]);
    show_json_time(j, b, "time", p->time_ms[r]);
    json_put_str(j, "event", catalogue_name(b->catalogue, p->name[r]));
    json_put_text(j, "channel", channel_name(b->catalogue, p->channel[r]));
    json_put_text(j, "touchpoint", p->touchpoint[r]);
    json_put_text(j, "item", p->item[r]);
    json_put_text(j, "order", p->order_no[r]);
    json_put_f64(j, "quantity", p->quantity[r]);
    json_key(j, "amount");
    if (p->amount_fen[r] == AMOUNT_UNKNOWN) {
        json_null(j);
    } else {
        json_fen(j, p->amount_fen[r]);
    }
    json_put_str(j, "identities", identities_text(c, b, p, r));
    json_put_str(j, "properties", p->props[r]);
    json_end_object(j);
}

static void put_look(struct op_call *c, const struct brand *b, struct json *j,
                     const struct import_file *f)
{
    const struct import_look *l = f->look;
    put_columns(j, f);
    json_put_bool(j, "whole", l && l->whole);
    json_key(j, "preview");
    json_begin_array(j);
    for (uint32_t r = 0; f->preview && r < f->preview->rows && r < PREVIEW_JSON; r++) {
        put_event(c, b, j, f->preview, r);
    }
    json_end_array(j);
    json_key(j, "reasons");
    json_begin_array(j);
    for (uint32_t i = 0; l && i < l->reasons; i++) {
        json_begin_object(j);
        json_put_text(j, "field", l->reason[i].field);
        json_put_str(j, "reason", l->reason[i].reason);
        json_put_i64(j, "rows", (int64_t)l->reason[i].rows);
        json_end_object(j);
    }
    json_end_array(j);
    json_key(j, "refused");
    json_begin_array(j);
    for (uint32_t i = 0; l && i < l->rejects; i++) {
        json_begin_object(j);
        json_put_i64(j, "line", (int64_t)l->reject[i].line);
        json_put_i64(j, "column", (int64_t)l->reject[i].column);
        json_put_text(j, "field", l->reject[i].field);
        json_put_str(j, "reason", l->reject[i].reason);
        json_put_str(j, "raw", l->reject[i].raw);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_file(struct op_call *c, const struct brand *b, struct json *j,
                     const struct import_file *f, bool dry_run)
{
    struct buf mapping = {0};
    const struct pond *p = c->app;
    struct err e = f->err;

    json_begin_object(j);
    json_put_str(j, "file", shown(c, f->path));
    json_put_text(j, "format", f->mapping ? f->mapping->format : STR_NULL);
    json_put_text(j, "kind", f->kind);
    json_put_text(j, "encoding", f->encoding);
    put_counts(j, f->rows, f->accepted, f->duplicates, f->rejected, f->anonymous, f->events);
    json_put_text(j, "rejects", shown(c, f->rejects));
    json_put_text(j, "first_reject", f->first_reject);
    json_put_i64(j, "continued", (int64_t)f->continued);
    json_key(j, "mapping");
    if (f->mapping) {
        mapping_save(f->mapping, &mapping);
        json_raw(j, buf_str(&mapping));
    } else {
        json_null(j);
    }
    if (p->remote) {
        pond_hide_paths(p->data_dir, &e);
        op_words_of_fields(e.msg);
    }
    bool failed = f->rc && f->rc != RC_REJECTS;
    json_put_cstr(j, "error", failed ? e.msg : NULL);
    json_put_cstr(j, "hint", failed && e.hint[0] ? e.hint : NULL);
    if (f->imported_ms) {
        show_json_time(j, b, "imported", f->imported_ms);
    }
    if (dry_run) {
        put_look(c, b, j, f);
    }
    json_end_object(j);
    buf_release(&mapping);
}

static void put_reply(struct op_call *c, struct pond *p, const struct import_request *q,
                      const struct import_summary *s, const struct effect *effect)
{
    const struct brand *b = p->brand;
    struct json *j = op_json(c);
    struct str rejects = STR_NULL;

    json_begin_object(j);
    put_counts(j, s->rows, s->accepted, s->duplicates, s->rejected, s->anonymous, s->events);
    if (effect) {
        effect_put(c, p, effect);
    } else {
        json_put_i64(j, "consumers", (int64_t)s->consumers);
    }
    json_put_f64(j, "seconds", (double)s->elapsed_ms / 1000);
    json_put_bool(j, "dry_run", q->dry_run);
    json_key(j, "files");
    json_begin_array(j);
    for (uint32_t i = 0; i < s->files; i++) {
        put_file(c, b, j, &s->file[i], q->dry_run);
        rejects = rejects.len ? rejects : s->file[i].rejects;
    }
    json_end_array(j);
    json_put_text(j, "rejects", shown(c, rejects));
    json_end_object(j);
}

static void show_effect(struct op_call *c, const struct effect *effect)
{
    const struct partition_change *x = &effect->change;
    struct str fresh = show_count(c, x->fresh), joined = show_count(c, x->joined);
    show_text(c, "%.*s new consumers; %.*s that were known are joined into others",
              "新消费者 %.*s 位；已知消费者并入他人 %.*s 位", STR_FMT(fresh), STR_FMT(joined));
}

void import_show(struct op_call *c, struct pond *pond, const struct import_request *q,
                 const struct import_summary *s, const struct effect *effect)
{
    const struct brand *b = pond->brand;
    put_reply(c, pond, q, s, effect);
    for (uint32_t i = 0; q->dry_run && i < s->files; i++) {
        const struct import_file *f = &s->file[i];
        if (f->mapping && f->preview) {
            show_form(c, f);
            show_mapping(c, f);
            show_preview(c, b, f);
        }
        show_notes(c, b, f, true);
    }
    if (q->dry_run) {
        return;
    }
    for (uint32_t i = 0; i < s->files && s->files <= 3; i++) {
        if (s->file[i].mapping && str_eq(s->file[i].mapping->format, STR("generic"))) {
            show_mapping(c, &s->file[i]);
        }
    }
    show_counts(c, s);
    for (uint32_t i = 0; i < s->files; i++) {
        show_notes(c, b, &s->file[i], false);
    }
    show_total(c, s);
    if (effect) {
        show_effect(c, effect);
    }
}
