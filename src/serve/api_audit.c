#include "serve/api_audit.h"

#define TEXT_MAX 300u   /* bytes of one value         */
#define VALUES_MAX 20u  /* of one field; then counted */
#define DIGITS_LEAST 7u /* a run of so many may be a phone or card number */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_mail(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' ||
           c == '_' || c == '-' || c == '+' || c == '%';
}

/* 13800138000 -> 138****00 */
static void put_digits(struct buf *out, struct str run)
{
    if (run.len < DIGITS_LEAST) {
        buf_add(out, run);
        return;
    }
    buf_add(out, str_slice(run, 0, 3));
    buf_add(out, STR("****"));
    buf_add(out, str_slice(run, run.len - 2, run.len));
}

/* What stands before an @ that has something behind: lin.wang@qq.com -> l***@qq.com */
static void mask_mails(struct str text, struct buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        size_t end = i;
        while (end < text.len && is_mail(text.ptr[end])) {
            end++;
        }
        if (end > i && end + 1 < text.len && text.ptr[end] == '@' &&
            is_mail(text.ptr[end + 1])) {
            buf_add(out, str_make(text.ptr + i, 1));
            buf_add(out, STR("***"));
            i = end - 1;
        } else if (end > i) {
            buf_add(out, str_make(text.ptr + i, end - i));
            i = end - 1;
        } else {
            buf_add_byte(out, text.ptr[i]);
        }
    }
}

struct str api_audit_mask(struct str text, struct arena *a)
{
    struct buf mails = {0}, out = {0};
    mask_mails(text, &mails);
    struct str s = buf_str(&mails);
    for (size_t i = 0; i < s.len;) {
        size_t end = i;
        while (end < s.len && is_digit(s.ptr[end])) {
            end++;
        }
        if (end > i) {
            put_digits(&out, str_make(s.ptr + i, end - i));
            i = end;
        } else {
            buf_add_byte(&out, s.ptr[i++]);
        }
    }
    struct str kept = arena_str(a, buf_str(&out));
    buf_release(&mails);
    buf_release(&out);
    return kept;
}

static bool is_secret(const char *name)
{
    static const char *const secret[] = {"password", "secret", "token", "key"};
    for (size_t i = 0; i < sizeof(secret) / sizeof(*secret); i++) {
        if (str_find(str_of(name), str_of(secret[i]), 0) != SIZE_MAX) {
            return true;
        }
    }
    return false;
}

/* The first bytes of a text, whole characters. */
static struct str cut(struct str s)
{
    size_t n = s.len < TEXT_MAX ? s.len : TEXT_MAX;
    while (n < s.len && n && ((unsigned char)s.ptr[n] & 0xC0) == 0x80) {
        n--;
    }
    return str_slice(s, 0, n);
}

/* Where the server keeps a file meanwhile says nothing: only what the client calls it. */
static struct str file_name(struct str path)
{
    while (str_find_byte(path, '/', 0) != SIZE_MAX) {
        (void)str_cut(&path, '/');
    }
    return path;
}

static void put_field(struct json *j, const struct op_in *in, const struct op_args *args,
                      uint32_t i, struct arena *a)
{
    uint32_t n = op_args_count(args, i);
    if (in->file == OP_FILE_DOWNLOAD) {
        return;
    }
    json_key(j, in->name);
    if (in->secret || is_secret(in->name)) {
        json_cstr(j, "***");
        return;
    }
    if (in->file == OP_FILE_UPLOAD) {
        json_str(j, cut(api_audit_mask(file_name(op_args_at(args, i, 0)), a)));
        return;
    }
    if (!in->many) {
        json_str(j, cut(api_audit_mask(op_args_at(args, i, 0), a)));
        return;
    }
    json_begin_array(j);
    for (uint32_t k = 0; k < n && k < VALUES_MAX; k++) {
        json_str(j, cut(api_audit_mask(op_args_at(args, i, k), a)));
    }
    if (n > VALUES_MAX) {
        struct str more = arena_strf(a, "and %u more", n - VALUES_MAX);
        json_str(j, more);
    }
    json_end_array(j);
}

struct str api_audit_detail(const struct op *op, const struct op_args *args, struct arena *a)
{
    struct buf b = {0};
    struct json j;
    uint32_t i = 0;
    json_init(&j, &b);
    json_begin_object(&j);
    json_key(&j, "args");
    json_begin_object(&j);
    for (const struct op_in *in = op->in; in && in->name; in++, i++) {
        if (op_args_count(args, i)) {
            put_field(&j, in, args, i, a);
        }
    }
    json_end_object(&j);
    json_end_object(&j);
    struct str kept = arena_str(a, buf_str(&b));
    buf_release(&b);
    return kept;
}
