/* What the API has besides operations: sessions, the first owner, jobs, the live stream, the descriptions. */
#include <inttypes.h>
#include "serve/api.h"
#include "serve/api_args.h"
#include "serve/page.h"
#include "base/mem.h"

#define LOGINS_MAX 3u /* at once: each takes 19 MiB, a processor and one of the jobs' threads */
#define SESSION_S 604800 /* the cookie's life; the session's own is shorter (access/access.h) */

static struct str arg(const struct op_args *args, const struct op *op, const char *name)
{
    uint32_t i = 0;
    for (const struct op_in *in = op->in; in && in->name; in++, i++) {
        if (strcmp(in->name, name) == 0) {
            return op_args_at(args, i, 0);
        }
    }
    return STR_NULL;
}

static struct str own_arg(const struct request *q, const struct op_args *args, const char *name)
{
    return arg(args, q->route->op, name);
}

static void answer_failure(struct request *q, struct err *e, enum rc rc)
{
    e->rc = rc;
    api_answer_error(q, e, NULL);
}

static void answer_buf(struct request *q, int status, struct buf *b)
{
    const struct http_field more[] = {{"Set-Cookie", q->cookie}, {0}};
    serving_answer(q, status, "application/json; charset=utf-8", buf_str(b),
                   q->cookie.len ? more : NULL);
}

/* ---- Work that waits, as a job --------------------------------------------------------------- */

struct work {
    struct request *q;
    const struct op_args *args;
    struct arena *a;
    struct buf reply;
};

/* Under the bound of those that hash a password. */
static enum rc work_hashing(struct work *w, struct err *e)
{
    struct server *s = w->q->server;
    enum rc rc = RC_BUSY;
    if (atomic_fetch_add(&s->logins, 1) < LOGINS_MAX) {
        rc = w->q->route->own->work(w->q, w->args, w->a, &w->reply, e);
    } else {
        (void)rc_fail(e, rc, "too many log in at once");
        err_hint(e, "try again in a few seconds");
    }
    (void)atomic_fetch_sub(&s->logins, 1);
    return rc;
}

static bool work_before(void *ctx, int64_t id, struct live_reply *out)
{
    struct work *w = ctx;
    const struct api_own *own = w->q->route->own;
    (void)id;
    out->rc = own->hashes ? work_hashing(w, &out->err)
                          : own->work(w->q, w->args, w->a, &w->reply, &out->err);
    return false;
}

static void work_done(void *ctx, int64_t id, struct live_reply *r)
{
    struct work *w = ctx;
    struct err e = r->err;
    (void)id;
    if (r->rc == RC_BUSY) { /* too many attempts */
        static const struct http_field later[] = {{"Retry-After", FIELD_TEXT("30")}, {0}};
        e.rc = r->rc;
        api_answer_error(w->q, &e, &(struct api_failure){.status = 429, .more = later});
    } else if (r->rc) {
        answer_failure(w->q, &e, r->rc);
    } else {
        answer_buf(w->q, 200, &w->reply);
    }
    buf_release(&w->reply);
}

void api_work(struct request *q, struct arena *a, const struct op_args *args)
{
    struct work *w = arena_new_of(a, struct work);
    struct served *b = q->brand ? q->brand : &q->server->brand[0];
    struct err e = {0};
    int64_t id = 0;
    *w = (struct work){.q = q, .args = args, .a = a};
    const struct job_work j = {.live = b->live,
                               .brand = b->name,
                               .arena = a,
                               .call = {.op = q->route->op, .by = q->by},
                               .before = work_before,
                               .done = work_done,
                               .ctx = w};
    http_later(q->x);
    enum rc rc = jobs_start(q->server->jobs, &j, &id, &e);
    if (rc) {
        answer_failure(q, &e, rc);
    }
}

/* ---- Sessions -------------------------------------------------------------------------------- */

struct session_work {
    struct request *q;
    struct served *brand;
    struct arena *a;
    struct str name, password, token;
    struct login_attempt *attempt;
    struct principal who;
};

static enum rc do_attempt(void *ctx, struct ledger *l, struct err *e)
{
    struct session_work *w = ctx;
    return access_login_begin(l, w->name, http_peer(w->q->x), w->q->server->clock, w->a,
                              &w->attempt, e);
}

static enum rc do_login(void *ctx, struct ledger *l, struct err *e)
{
    struct session_work *w = ctx;
    enum rc rc =
        access_login_end(l, w->attempt, w->q->server->clock, w->a, &w->who, &w->token, e);
    /* In force at once, not with the next look at the ledger. */
    return rc ? rc : access_table_refresh(live_access(w->brand->live), l, e);
}

static enum rc do_logout(void *ctx, struct ledger *l, struct err *e)
{
    struct session_work *w = ctx;
    enum rc rc = access_logout(l, w->token, w->q->server->clock, e);
    return rc ? rc : access_table_refresh(live_access(w->brand->live), l, e);
}

/* Behind a proxy that speaks TLS for us it is a cookie of TLS too; who claims one that is not there only loses it. */
static void set_cookie(struct request *q, struct str token, int64_t seconds)
{
    bool tls = http_is_tls(q->x) ||
               str_eq_nocase(http_header(q->x, "X-Forwarded-Proto"), STR("https"));
    q->cookie = arena_strf(
        q->a, "pond_session=%.*s; Path=/; Max-Age=%" PRId64 "; HttpOnly; SameSite=Strict%s",
        STR_FMT(token), seconds, tls ? "; Secure" : "");
}

static void put_me(struct json *j, const struct served *b, const struct principal *p)
{
    static const char *const kinds[] = {[PRINCIPAL_NOBODY] = "nobody",
                                        [PRINCIPAL_LOCAL] = "local",
                                        [PRINCIPAL_WRITE_KEY] = "write key",
                                        [PRINCIPAL_OPERATOR_KEY] = "key",
                                        [PRINCIPAL_USER] = "user"};
    json_begin_object(j);
    json_put_str(j, "brand", b->name);
    json_put_cstr(j, "zone", zone_name(b->zone));
    json_put_cstr(j, "kind", kinds[p->kind]);
    json_put_i64(j, "id", p->id);
    json_put_str(j, "name", p->name);
    json_put_cstr(j, "role", p->role == ROLE_NONE ? NULL : role_name(p->role));
    json_key(j, "rights");
    json_begin_array(j);
    for (const struct right *r = right_list(); r->name; r++) {
        if (principal_may(p, r->name)) {
            json_cstr(j, r->name);
        }
    }
    json_end_array(j);
    json_end_object(j);
}

static void write_me(struct buf *out, const struct served *b, const struct principal *p)
{
    struct json j;
    json_init(&j, out);
    put_me(&j, b, p);
    buf_add_byte(out, '\n');
}

/* The brand that is meant: the only one, or the one that is named; NULL: none. */
static struct served *brand_named(struct server *s, struct str name)
{
    for (uint32_t i = 0; i < s->brands; i++) {
        if (name.len ? str_eq(s->brand[i].name, name) : s->brands == 1) {
            return &s->brand[i];
        }
    }
    return NULL;
}

/* The password is looked at outside the writer's turn: a stranger's guess must not make events wait. */
static enum rc log_in(struct session_work *w, struct buf *reply, struct err *e)
{
    enum rc rc = live_ledger(w->brand->live, do_attempt, w, e);
    if (rc) {
        return rc;
    }
    (void)access_login_look(w->attempt, w->password);
    rc = live_ledger(w->brand->live, do_login, w, e);
    if (!rc) {
        set_cookie(w->q, w->token, SESSION_S);
        write_me(reply, w->brand, &w->who);
    }
    return rc;
}

/* Names of brands are not told to strangers: one that is not there refuses as slowly, in the same words and as seldom as
 * a wrong password, by a name that nobody can have. */
static enum rc log_in_where(struct session_work *w, struct str brand, struct buf *reply,
                            struct err *e)
{
    struct server *s = w->q->server;
    w->brand = brand_named(s, brand);
    if (!w->brand && !brand.len) {
        return rc_fail(e, RC_INVALID, "there is more than one brand here: name it");
    }
    if (!w->brand) {
        w->brand = &s->brand[0];
        w->name = arena_strf(w->a, "\n%.*s\n%.*s", STR_FMT(brand), STR_FMT(w->name));
    }
    return log_in(w, reply, e);
}

static enum rc login_work(struct request *q, const struct op_args *args, struct arena *a,
                          struct buf *reply, struct err *e)
{
    struct session_work w = {.q = q,
                             .a = a,
                             .name = own_arg(q, args, "name"),
                             .password = own_arg(q, args, "password")};
    return log_in_where(&w, own_arg(q, args, "brand"), reply, e);
}

static enum rc logout_work(struct request *q, const struct op_args *args, struct arena *a,
                           struct buf *reply, struct err *e)
{
    struct session_work w = {.q = q, .a = a, .brand = q->brand, .token = q->session};
    enum rc rc = q->session.len ? live_ledger(q->brand->live, do_logout, &w, e) : RC_OK;
    (void)args;
    if (!rc) {
        set_cookie(q, STR(""), 0);
        buf_add(reply, STR("{\"ok\":true}\n"));
    }
    return rc;
}

/* ---- The first owner ------------------------------------------------------------------------- */

struct setup_work {
    struct session_work session;
    struct str token;
    struct access_password *password;
};

static enum rc do_link_check(void *ctx, struct ledger *l, struct err *e)
{
    const struct setup_work *w = ctx;
    return access_link_check(l, w->token, w->session.q->server->clock, e);
}

static enum rc do_setup(void *ctx, struct ledger *l, struct err *e)
{
    struct setup_work *w = ctx;
    struct access_user made;
    return access_link_use(l, w->token, w->session.name, w->password,
                           w->session.q->server->clock, w->session.a, &made, e);
}

static enum rc setup_work(struct request *q, const struct op_args *args, struct arena *a,
                          struct buf *reply, struct err *e)
{
    struct setup_work w = {.session = {.q = q,
                                       .a = a,
                                       .name = own_arg(q, args, "name"),
                                       .password = own_arg(q, args, "password")},
                           .token = own_arg(q, args, "token")};
    enum rc rc = rc_fail(e, RC_DENIED, "this link is not in force");
    for (uint32_t i = 0; rc == RC_DENIED && i < q->server->brands; i++) {
        w.session.brand = &q->server->brand[i];
        *e = (struct err){0};
        rc = live_ledger(w.session.brand->live, do_link_check, &w, e);
    }
    rc = rc ? rc : access_password_new(w.session.name, w.session.password, a, &w.password, e);
    rc = rc ? rc : live_ledger(w.session.brand->live, do_setup, &w, e);
    return rc ? rc : log_in(&w.session, reply, e);
}

static void me_answer(struct request *q, const struct op_args *args, struct arena *a)
{
    struct buf b = {0};
    (void)args;
    (void)a;
    write_me(&b, q->brand, &q->by);
    answer_buf(q, 200, &b);
    buf_release(&b);
}

/* ---- A user's own password and sessions ------------------------------------------------------ */

static enum rc only_users(const struct request *q, struct err *e)
{
    if (q->by.kind == PRINCIPAL_USER && q->session.len) {
        return RC_OK;
    }
    (void)rc_fail(e, RC_DENIED, "a key has no password and no sessions");
    err_hint(e, "log in as a user; the owner makes and revokes keys");
    return RC_DENIED;
}

struct password_work {
    struct session_work session;
    struct access_password *fresh;
};

static enum rc do_change(void *ctx, struct ledger *l, struct err *e)
{
    struct password_work *w = ctx;
    struct session_work *s = &w->session;
    enum rc rc = access_login_change(l, s->attempt, w->fresh, s->q->server->clock, s->a,
                                     &s->who, &s->token, e);
    return rc ? rc : access_table_refresh(live_access(s->brand->live), l, e);
}

/* Whoever sits before a screen that was left open does not know the old password: it is asked for, and counted like a
 * log-in. The session goes on as a new one, all others end. */
static enum rc password_work(struct request *q, const struct op_args *args, struct arena *a,
                             struct buf *reply, struct err *e)
{
    struct password_work w = {
        .session = {.q = q, .a = a, .brand = q->brand, .name = q->by.name}};
    struct str fresh = own_arg(q, args, "password");
    enum rc rc = only_users(q, e);
    rc = rc ? rc : access_password_check(q->by.name, fresh, e);
    rc = rc ? rc : live_ledger(q->brand->live, do_attempt, &w.session, e);
    if (!rc && access_login_look(w.session.attempt, own_arg(q, args, "old"))) {
        rc = access_password_new(q->by.name, fresh, a, &w.fresh, e);
    }
    if (rc) {
        return rc;
    }
    rc = live_ledger(q->brand->live, do_change, &w, e);
    if (!rc) {
        set_cookie(q, w.session.token, SESSION_S);
        write_me(reply, q->brand, &w.session.who);
    } else if (rc == RC_DENIED) {
        (void)rc_fail(e, RC_DENIED, "the old password is wrong");
    }
    return rc;
}

struct sessions_work {
    struct session_work session;
    struct access_session *list;
    uint32_t len;
};

static enum rc do_sessions(void *ctx, struct ledger *l, struct err *e)
{
    struct sessions_work *w = ctx;
    struct request *q = w->session.q;
    return access_session_list(l, q->by.id, q->session, q->server->clock, w->session.a,
                               &w->list, &w->len, e);
}

static enum rc do_end_others(void *ctx, struct ledger *l, struct err *e)
{
    struct sessions_work *w = ctx;
    struct request *q = w->session.q;
    enum rc rc = access_session_end_others(l, &q->by, q->session, q->server->clock, e);
    rc = rc ? rc : access_table_refresh(live_access(q->brand->live), l, e);
    return rc ? rc : do_sessions(ctx, l, e);
}

static enum rc sessions(struct request *q, struct arena *a, struct buf *reply,
                        enum rc (*ask)(void *, struct ledger *, struct err *), struct err *e)
{
    struct sessions_work w = {.session = {.q = q, .a = a}};
    enum rc rc = only_users(q, e);
    rc = rc ? rc : live_ledger(q->brand->live, ask, &w, e);
    if (rc) {
        return rc;
    }
    struct json j;
    json_init(&j, reply);
    json_begin_object(&j);
    json_key(&j, "sessions");
    json_begin_array(&j);
    for (uint32_t i = 0; i < w.len; i++) {
        json_begin_object(&j);
        json_put_i64(&j, "made_ms", w.list[i].made_ms);
        json_put_i64(&j, "used_ms", w.list[i].used_ms);
        json_put_bool(&j, "own", w.list[i].own);
        json_end_object(&j);
    }
    json_end_array(&j);
    json_end_object(&j);
    buf_add_byte(reply, '\n');
    return RC_OK;
}

static enum rc sessions_work(struct request *q, const struct op_args *args, struct arena *a,
                             struct buf *reply, struct err *e)
{
    (void)args;
    return sessions(q, a, reply, do_sessions, e);
}

static enum rc end_others_work(struct request *q, const struct op_args *args, struct arena *a,
                               struct buf *reply, struct err *e)
{
    (void)args;
    return sessions(q, a, reply, do_end_others, e);
}

/* ---- Jobs ------------------------------------------------------------------------------------ */

static void jobs_answer(struct request *q, const struct op_args *args, struct arena *a)
{
    struct job_info *list = NULL;
    struct buf b = {0};
    struct json j;
    int64_t limit = 100, before = 0;
    (void)str_i64(own_arg(q, args, "limit"), &limit);
    (void)str_i64(own_arg(q, args, "before"), &before);
    uint32_t n = jobs_list(q->server->jobs, q->brand->name, a, &list);
    json_init(&j, &b);
    json_begin_object(&j);
    json_key(&j, "jobs");
    json_begin_array(&j);
    for (uint32_t i = 0; i < n && limit > 0; i++) {
        if (!before || list[i].id < before) {
            job_json(&list[i], &j);
            limit--;
        }
    }
    json_end_array(&j);
    json_end_object(&j);
    buf_add_byte(&b, '\n');
    answer_buf(q, 200, &b);
    buf_release(&b);
}

static void job_answer(struct request *q, const struct op_args *args, struct arena *a)
{
    struct job_info info = {0};
    struct err e = {0};
    struct buf b = {0};
    struct json j;
    (void)args;
    enum rc rc = jobs_get(q->server->jobs, q->brand->name, q->route->id, a, &info, NULL, &e);
    if (rc) {
        answer_failure(q, &e, rc);
        return;
    }
    json_init(&j, &b);
    job_json(&info, &j);
    buf_add_byte(&b, '\n');
    answer_buf(q, 200, &b);
    buf_release(&b);
}

/* A reply is for who asked for it: it may hold what others have no right to. */
static void job_reply_answer(struct request *q, const struct op_args *args, struct arena *a)
{
    struct job_info info = {0};
    struct live_reply r = {0};
    struct err e = {0};
    (void)args;
    enum rc rc = jobs_get(q->server->jobs, q->brand->name, q->route->id, a, &info, &r, &e);
    bool own = info.by.kind == q->by.kind && info.by.id == q->by.id;
    if (!rc && !own && q->by.role != ROLE_OWNER) {
        rc = rc_fail(&e, RC_DENIED, "another one asked for it");
    }
    if (rc) {
        answer_failure(q, &e, rc);
    } else {
        api_answer_reply(q, &r, NULL);
    }
}

static void job_stop_answer(struct request *q, const struct op_args *args, struct arena *a)
{
    struct err e = {0};
    (void)args;
    (void)a;
    enum rc rc = jobs_stop(q->server->jobs, q->brand->name, q->route->id, &e);
    if (rc) {
        answer_failure(q, &e, rc);
        return;
    }
    api_answer_json(q, 200, STR("{\"ok\":true}\n"));
}

/* ---- Sources --------------------------------------------------------------------------------- */

static void put_source(struct json *j, const struct served *b, const struct live_source *s)
{
    char at[32];
    json_begin_object(j);
    json_put_cstr(j, "source", s->source);
    json_put_i64(j, "key", s->key);
    json_put_str(j, "key_name", s->key_name);
    json_put_i64(j, "accepted", (int64_t)s->accepted);
    json_put_i64(j, "duplicates", (int64_t)s->duplicates);
    json_put_i64(j, "rejected", (int64_t)s->rejected);
    json_put_cstr(j, "since", time_format(s->since_ms, b->zone, at));
    json_put_cstr(j, "last", time_format(s->last_ms, b->zone, at));
    json_end_object(j);
}

static void sources_answer(struct request *q, const struct op_args *args, struct arena *a)
{
    struct live_source *list = NULL;
    struct live_figures f;
    struct buf b = {0};
    struct json j;
    char at[32];
    (void)args;
    uint32_t n = live_sources(q->brand->live, a, &list);
    int64_t since = n ? list[0].since_ms : q->server->started_ms;
    for (uint32_t i = 1; i < n; i++) {
        since = list[i].since_ms < since ? list[i].since_ms : since;
    }
    live_figures(q->brand->live, &f);
    json_init(&j, &b);
    json_begin_object(&j);
    json_put_cstr(&j, "since", time_format(since, q->brand->zone, at));
    json_put_f64(&j, "rate", f.rate);
    json_put_i64(&j, "queue", (int64_t)f.queued_rows);
    json_put_i64(&j, "lag_ms", f.lag_ms);
    json_key(&j, "sources");
    json_begin_array(&j);
    for (uint32_t i = 0; i < n; i++) {
        put_source(&j, q->brand, &list[i]);
    }
    json_end_array(&j);
    json_end_object(&j);
    buf_add_byte(&b, '\n');
    answer_buf(q, 200, &b);
    buf_release(&b);
}

/* ---- The live stream ------------------------------------------------------------------------- */

struct listening {
    struct access_table *table;
    char secret[200];
    size_t len;
    bool session;
};

static bool may_listen(void *ctx)
{
    struct listening *l = ctx;
    struct principal p;
    struct str secret = str_make(l->secret, l->len);
    bool there = l->session ? access_table_session(l->table, secret, &p)
                            : access_table_key(l->table, secret, &p);
    return there && principal_may(&p, "live.read");
}

static void drop_listening(void *ctx) { mem_free(ctx); }

static void live_answer(struct request *q, const struct op_args *args, struct arena *a)
{
    struct listening *l = mem_zalloc(sizeof(*l));
    struct str secret = q->session.len ? q->session : q->key;
    struct err e = {0};
    (void)a;
    l->table = live_access(q->brand->live);
    l->len = secret.len < sizeof(l->secret) ? secret.len : 0;
    memcpy(l->secret, secret.ptr, l->len);
    l->session = q->session.len > 0;
    q->class = METRIC_STREAM;
    struct http_field field[8] = {{"X-Accel-Buffering", STR("no")}};
    for (int i = 0; i < 6 && serving_api_fields[i].name; i++) {
        field[i + 1] = serving_api_fields[i];
    }
    const struct hub_listener who = {
        .brand = q->brand->name,
        .types = own_arg(q, args, "types"),
        .stream = http_stream_begin(
            q->x,
            &(struct http_answer){.status = 200, .type = "text/event-stream", .field = field}),
        .may = may_listen,
        .drop = drop_listening,
        .ctx = l};
    (void)hub_listen(q->server->hub, &who, &e);
}

/* ---- The descriptions ------------------------------------------------------------------------ */

static void openapi_answer(struct request *q, const struct op_args *args, struct arena *a)
{
    (void)args;
    (void)a;
    api_answer_json(q, 200, buf_str(&q->server->openapi));
}

static void docs_answer(struct request *q, const struct op_args *args, struct arena *a)
{
    struct buf b = {0};
    (void)args;
    (void)a;
    page_docs(q->server->book, q->lang, &b);
    serving_answer(q, 200, "text/html; charset=utf-8", buf_str(&b), serving_page_fields);
    buf_release(&b);
}

/* ---- The records ----------------------------------------------------------------------------- */

/* clang-format off */
#define ME_OUT                                                                                   \
    {"brand", OP_STR, "the brand that the key or session is of", "所属品牌", false},             \
    {"zone", OP_STR, "its time zone: days begin and end by it", "品牌时区，日界以此为准", false},              \
    {"kind", OP_STR, "user, key or write key", "user、key 或 write key", false},                  \
    {"id", OP_INT, "number of the user or key", "用户或密钥的编号", false},                       \
    {"name", OP_STR, "its name", "名称", false},                                                  \
    {"role", OP_STR, "owner, operator, analyst or store; null for a write key", "角色；只写密钥为空", true}, \
    {"rights[]", OP_STR, "the rights it holds", "拥有的权限", false}
#define JOB_OUT(at)                                                                              \
    {at "id", OP_INT, "number of the job", "任务编号", false},                                    \
    {at "op", OP_STR, "the operation", "操作", false},                                            \
    {at "state", OP_STR, "waiting, running, done, failed or stopped", "waiting、running、done、failed 或 stopped", false}, \
    {at "share", OP_REAL, "how far it is, 0..1; null: not known", "进度 0..1；未知为空", true},    \
    {at "text", OP_STR, "where it stands", "进展说明", true},                                     \
    {at "made_ms", OP_INT, "when it was asked for, UTC ms", "创建时间（UTC 毫秒）", true},         \
    {at "started_ms", OP_INT, "when it began", "开始时间", true},                                 \
    {at "ended_ms", OP_INT, "when it was over", "结束时间", true},                                \
    {at "by", OP_STR, "who asked", "发起者", false},                                              \
    {at "error", OP_ANY, "code, msg, hint, field; null: none", "错误；没有为空", true}
#define OK_OUT {"ok", OP_BOOL, "true", "true", false}

static const struct op_in login_in[] = {
    {.name = "name", .type = OP_STR, .required = true, .help = "the user's name", .help_zh = "用户名"},
    {.name = "password", .type = OP_STR, .required = true, .secret = true, .help = "the password", .help_zh = "密码"},
    {.name = "brand", .type = OP_STR, .help = "the brand, when the server has more than one", .help_zh = "品牌（有多个时必填）"},
    {0}};
static const struct op_in setup_in[] = {
    {.name = "token", .type = OP_STR, .required = true, .secret = true, .help = "of the one-time link that pond serve prints", .help_zh = "pond serve 打印的一次性链接中的令牌"},
    {.name = "name", .type = OP_STR, .required = true, .help = "the owner's name", .help_zh = "负责人用户名"},
    {.name = "password", .type = OP_STR, .required = true, .secret = true, .help = "10 to 200 bytes", .help_zh = "10 到 200 字节"},
    {0}};
static const struct op_in password_in[] = {
    {.name = "old", .type = OP_STR, .required = true, .secret = true, .help = "the password until now", .help_zh = "原密码"},
    {.name = "password", .type = OP_STR, .required = true, .secret = true, .help = "the new one, 10 to 200 bytes", .help_zh = "新密码，10 到 200 字节"},
    {0}};
static const struct op_in jobs_in[] = {
    {.name = "limit", .type = OP_INT, .min = 1, .max = 1000, .fallback = "100", .help = "how many, newest first", .help_zh = "最多几个，最新的在前"},
    {.name = "before", .type = OP_INT, .min = 1, .max = INT64_MAX, .help = "only those with a smaller id", .help_zh = "只列编号更小的"},
    {0}};
static const struct op_in live_in[] = {
    {.name = "types", .type = OP_STR, .help = "arrival, reject, arrivals, stage, job: some of them, by commas; all when left away",
     .help_zh = "arrival、reject、arrivals、stage、job 中的几种，逗号分隔；不写为全部"},
    {0}};
static const struct op_out me_out[] = {ME_OUT, {0}};
static const struct op_out sessions_out[] = {
    {"sessions[].made_ms", OP_INT, "when it began, UTC ms", "开始时间（UTC 毫秒）", false},
    {"sessions[].used_ms", OP_INT, "when it was used last, to the minute", "最近使用时间（精确到分钟）", false},
    {"sessions[].own", OP_BOOL, "whether it is the one that asks", "是否为当前会话", false},
    {0}};
static const struct op_out ok_out[] = {OK_OUT, {0}};
static const struct op_out sources_out[] = {
    {"since", OP_STR, "when counting began: with the first of them; the server's start without any", "计数开始的时间：最早的来源；没有来源时为服务启动时间", false},
    {"rate", OP_REAL, "accepted events a second over the last 10 s", "近 10 秒每秒接受的事件", false},
    {"queue", OP_INT, "events that wait to become durable", "等待落盘的事件", false},
    {"lag_ms", OP_INT, "age of the oldest event that is not visible yet", "最早一条尚不可见事件的等待时间（毫秒）", false},
    {"sources[].source", OP_STR, "the collector", "接入方式", false},
    {"sources[].key", OP_INT, "number of the write key", "写入密钥编号", false},
    {"sources[].key_name", OP_STR, "its name", "密钥名称", false},
    {"sources[].accepted", OP_INT, "events that were new", "接受的事件", false},
    {"sources[].duplicates", OP_INT, "events that were known", "重复的事件", false},
    {"sources[].rejected", OP_INT, "events that were set aside", "搁置的事件", false},
    {"sources[].since", OP_STR, "time of the first request", "首次请求的时间", false},
    {"sources[].last", OP_STR, "time of the last request", "最近一次请求的时间", false},
    {0}};
static const struct op_out jobs_out[] = {JOB_OUT("jobs[]."), {0}};
static const struct op_out job_out[] = {JOB_OUT(""), {0}};

const struct api_own api_owns[] = {
    {.op = {.name = "login", .route = "POST /api/v1/login", .perm = "public", .how = OP_LEDGER,
            .help = "Begins a session: the answer sets a cookie.", .help_zh = "登录：应答设置会话 Cookie。",
            .in = login_in, .out = me_out}, .work = login_work, .hashes = true},
    {.op = {.name = "logout", .route = "POST /api/v1/logout", .perm = "session", .how = OP_LEDGER,
            .help = "Ends the session.", .help_zh = "退出登录。", .out = ok_out}, .work = logout_work},
    {.op = {.name = "setup", .route = "POST /api/v1/setup", .perm = "public", .how = OP_LEDGER,
            .help = "Makes the first owner of a brand with the one-time link; from the server's own machine only.",
            .help_zh = "用一次性链接建立品牌的首位负责人；仅限服务器本机。",
            .in = setup_in, .out = me_out}, .work = setup_work, .hashes = true, .loopback = true},
    {.op = {.name = "me", .route = "GET /api/v1/me", .perm = "session",
            .help = "Who asks: brand, role, rights.", .help_zh = "当前身份：品牌、角色、权限。",
            .out = me_out}, .answer = me_answer},
    {.op = {.name = "me password", .route = "PUT /api/v1/me/password", .perm = "session", .how = OP_LEDGER,
            .help = "Sets the user's own password; the other sessions end, the answer sets a new cookie.",
            .help_zh = "修改自己的密码；其他会话随即结束，应答设置新的 Cookie。",
            .in = password_in, .out = me_out}, .work = password_work, .hashes = true},
    {.op = {.name = "me sessions", .route = "GET /api/v1/me/sessions", .perm = "session", .how = OP_LEDGER,
            .help = "The user's own sessions that hold, last used first.", .help_zh = "自己的有效会话，最近使用的在前。",
            .out = sessions_out}, .work = sessions_work},
    {.op = {.name = "me sessions end", .route = "DELETE /api/v1/me/sessions", .perm = "session", .how = OP_LEDGER,
            .help = "Ends the user's other sessions; what is left is answered.", .help_zh = "结束自己的其他会话，返回剩余的。",
            .out = sessions_out}, .work = end_others_work},
    {.op = {.name = "jobs", .route = "GET /api/v1/jobs", .perm = "job.read",
            .help = "Long work, newest first; kept for an hour.", .help_zh = "长任务，最新的在前；保留一小时。",
            .in = jobs_in, .out = jobs_out}, .answer = jobs_answer},
    {.op = {.name = "job", .route = "GET /api/v1/jobs/{id}", .perm = "job.read",
            .help = "One job: how far it is.", .help_zh = "某个任务的进度。", .out = job_out}, .answer = job_answer},
    {.op = {.name = "job reply", .route = "GET /api/v1/jobs/{id}/reply", .perm = "job.read",
            .help = "The reply of a job that is over, for who asked for it.", .help_zh = "已结束任务的结果，供发起者读取。"},
     .answer = job_reply_answer},
    {.op = {.name = "job stop", .route = "DELETE /api/v1/jobs/{id}", .perm = "job.write",
            .help = "Asks a job to stop.", .help_zh = "停止任务。", .out = ok_out}, .answer = job_stop_answer},
    {.op = {.name = "sources", .route = "GET /api/v1/sources", .perm = "live.read",
            .help = "Where events came from: by collector and key.",
            .help_zh = "事件来源：按接入方式与密钥。", .out = sources_out}, .answer = sources_answer},
    {.op = {.name = "live", .route = "GET /api/v1/live", .perm = "live.read",
            .help = "What happens, as server-sent events: arrivals, stage changes, jobs.",
            .help_zh = "实时事件流（SSE）：到达、阶段变化、任务。", .in = live_in}, .answer = live_answer,
     .type = "text/event-stream"},
    {.op = {.name = "openapi", .route = "GET /openapi.json", .perm = "public",
            .help = "This description (OpenAPI 3.1).", .help_zh = "本描述文件（OpenAPI 3.1）。"}, .answer = openapi_answer},
    {.op = {.name = "docs", .route = "GET /docs", .perm = "public",
            .help = "This description for people.", .help_zh = "供人阅读的接口文档。"}, .answer = docs_answer, .type = "text/html"},
    {.op = {.name = NULL}}};
/* clang-format on */
