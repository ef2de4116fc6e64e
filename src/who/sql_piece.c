/* Pieces of text with holes, parameters, nodes. */
#include <math.h>
#include "who/sql_internal.h"

struct str sql_fill(struct arena *a, const struct sql *piece, const struct sql_hole *holes,
                    size_t len)
{
    struct buf out = {0};
    struct str rest = str_of(piece->text);
    while (rest.len) {
        struct str before = str_cut(&rest, '{');
        buf_add(&out, before);
        if (!rest.ptr) {
            break;
        }
        struct str name = str_cut(&rest, '}');
        for (size_t i = 0; i < len; i++) {
            if (str_eq(name, str_of(holes[i].name))) {
                buf_add(&out, holes[i].text);
            }
        }
    }
    struct str text = arena_str(a, str_trim(buf_str(&out)));
    buf_release(&out);
    return text;
}

static struct str bind_name(struct sql_making *m, struct bind b)
{
    struct str name = arena_strf(m->a, "$p%zu", m->binds.len + 1);
    b.name = name.ptr + 1;
    vec_push(&m->binds, b);
    return name;
}

struct str sql_bind_str(struct sql_making *m, struct str value)
{
    return bind_name(m, bind_str("", value.ptr ? value : STR("")));
}

struct str sql_bind_f64(struct sql_making *m, double value)
{
    return bind_name(m, bind_f64("", value));
}

struct str sql_int(struct sql_making *m, int64_t v)
{
    return arena_strf(m->a, "%lld", (long long)v);
}

const char *sql_cmp(enum evidence_cmp cmp)
{
    switch (cmp) {
    case CMP_EQ: return "=";
    case CMP_NE: return "<>";
    case CMP_LT: return "<";
    case CMP_LE: return "<=";
    case CMP_GT: return ">";
    case CMP_GE: return ">=";
    case CMP_IN: break;
    }
    return "=";
}

struct str sql_cmp_str(enum evidence_cmp cmp) { return str_of(sql_cmp(cmp)); }

bool sql_zero_holds(enum evidence_cmp cmp, double number)
{
    switch (cmp) {
    case CMP_EQ:
    case CMP_IN: return number == 0;
    case CMP_NE: return number != 0;
    case CMP_LT: return 0 < number;
    case CMP_LE: return 0 <= number;
    case CMP_GT: return 0 > number;
    case CMP_GE: return 0 >= number;
    }
    return false;
}

static const char *const columns[SQL_COLUMNS] = {
    [SQL_IDENTITY] = "identity", [SQL_TIME] = "time_ms",          [SQL_NAME] = "name",
    [SQL_CHANNEL] = "channel",   [SQL_TOUCHPOINT] = "touchpoint", [SQL_CAMPAIGN] = "campaign",
    [SQL_ITEM] = "item",         [SQL_CATEGORY] = "category",     [SQL_ORDER] = "order_no",
    [SQL_QUANTITY] = "quantity", [SQL_PRICE] = "unit_price_e4",   [SQL_AMOUNT] = "amount_fen",
    [SQL_SCORE] = "score",       [SQL_PROPS] = "props",
};

const char *sql_column(struct sql_making *m, enum sql_column c)
{
    m->columns |= 1u << c;
    return columns[c];
}

struct str sql_columns(struct sql_making *m, const char *of)
{
    struct buf list = {0};
    for (uint32_t c = 0; c < SQL_COLUMNS; c++) {
        if (m->columns >> c & 1) {
            buf_addf(&list, "%s%s.%s", list.len ? ", " : "", of, columns[c]);
        }
    }
    struct str out = arena_str(m->a, buf_str(&list));
    buf_release(&list);
    return out;
}

struct str sql_node(struct sql_making *m, struct str select)
{
    struct str name = arena_strf(m->a, "n%u", ++m->nodes_len);
    buf_addf(&m->nodes, ",\n%.*s as (\n%.*s)", STR_FMT(name), STR_FMT(select));
    return name;
}

struct str sql_among(struct sql_making *m, struct str node, bool negated)
{
    return arena_strf(m->a, "e.consumer %sin (select n.consumer from %.*s n)",
                      negated ? "not " : "", STR_FMT(node));
}
