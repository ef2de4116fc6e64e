#include "app/secret_input.h"

#include <errno.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>
#include "app/show.h"
#include "wire/crypt.h"

#define INPUT_MAX 4000u

/* One line: the end of line is cut off, a second line refused. */
static enum rc take_line(struct op_call *c, struct str text, struct buf *out)
{
    size_t end = text.len;
    if (end && text.ptr[end - 1] == '\n') {
        end -= end > 1 && text.ptr[end - 2] == '\r' ? 2 : 1;
    }
    text = str_slice(text, 0, end);
    if (str_find_byte(text, '\n', 0) != SIZE_MAX || str_find_byte(text, '\0', 0) != SIZE_MAX) {
        return show_fail(c, RC_INVALID, "%s", "%s",
                         op_say(c, "the password is more than one line", "密码不止一行"));
    }
    if (!text.len) {
        (void)show_fail(c, RC_INVALID, "%s", "%s",
                        op_say(c, "there is no password", "没有密码"));
        show_hint(c, "type it on a terminal, or --password-file FILE, or on standard input",
                  "在终端输入，或用 --password-file 文件，或由标准输入给出");
        return RC_INVALID;
    }
    buf_add(out, text);
    return RC_OK;
}

static enum rc from_file(struct op_call *c, const struct pond *p, struct buf *out)
{
    struct buf text = {0};
    const char *path = arena_cstr(c->arena, op_arg_str(c, "password-file"));
    enum rc rc = disk_get(p->disk, path, INPUT_MAX, &text, c->err);
    rc = rc ? rc : take_line(c, buf_str(&text), out);
    if (text.len) {
        crypt_wipe(text.ptr, text.len);
    }
    buf_release(&text);
    return rc;
}

static enum rc from_input(struct op_call *c, struct buf *out)
{
    char text[INPUT_MAX + 1];
    size_t len = 0;
    ssize_t n = 0;
    while (len < sizeof(text) &&
           ((n = read(STDIN_FILENO, text + len, sizeof(text) - len)) > 0 || errno == EINTR)) {
        if (n <= 0) {
            break;
        }
        len += (size_t)n;
    }
    enum rc rc = len > INPUT_MAX
                     ? rc_fail(c->err, RC_TOO_LARGE, "a password has not %u bytes", INPUT_MAX)
                     : take_line(c, str_make(text, len), out);
    crypt_wipe(text, sizeof(text));
    return rc;
}

/* ---- The terminal ---- */

/* Removes the last character, not only its last byte. */
static void rub_out(struct buf *line)
{
    while (line->len && ((unsigned char)line->ptr[line->len - 1] & 0xc0) == 0x80) {
        line->len--;
    }
    line->len -= line->len > 0;
}

/* Byte by byte, because a line that ^C ends would never come. */
static enum rc read_line(struct buf *line, struct err *e)
{
    for (;;) {
        char byte = 0;
        ssize_t n = read(STDIN_FILENO, &byte, 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0 || byte == 3 || (byte == 4 && !line->len)) {
            return rc_fail(e, RC_STOPPED, "no password was typed");
        }
        if (byte == '\n' || byte == '\r') {
            return RC_OK;
        }
        if (byte == 0x7f || byte == 8) {
            rub_out(line);
        } else if (byte == 0x15) {
            line->len = 0;
        } else if (line->len < INPUT_MAX) {
            buf_add_byte(line, byte);
        }
    }
}

static enum rc ask(struct op_call *c, const char *question, struct buf *line)
{
    struct termios before, quiet;
    if (tcgetattr(STDIN_FILENO, &before) != 0) {
        return rc_errno(c->err, errno, "the terminal");
    }
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG);
    quiet.c_cc[VMIN] = 1;
    quiet.c_cc[VTIME] = 0;
    (void)fprintf(stderr, "%s", question);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    enum rc rc = read_line(line, c->err);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    (void)fprintf(stderr, "\n");
    return rc;
}

static enum rc from_terminal(struct op_call *c, struct str whose, struct buf *out)
{
    struct buf first = {0}, second = {0};
    struct str question =
        c->lang == LANG_ZH
            ? arena_strf(c->arena, "%.*s 的密码（至少 10 字节）：", STR_FMT(whose))
            : arena_strf(c->arena, "Password for %.*s (10 bytes or more): ", STR_FMT(whose));
    enum rc rc = ask(c, arena_cstr(c->arena, question), &first);
    rc = rc ? rc : ask(c, op_say(c, "Once more: ", "再输入一次："), &second);
    if (!rc && !str_eq(buf_str(&first), buf_str(&second))) {
        rc = show_fail(c, RC_INVALID, "%s", "%s",
                       op_say(c, "the two are not the same", "两次输入不一致"));
    }
    rc = rc ? rc : take_line(c, buf_str(&first), out);
    if (first.ptr) {
        crypt_wipe(first.ptr, first.cap);
    }
    if (second.ptr) {
        crypt_wipe(second.ptr, second.cap);
    }
    buf_release(&first);
    buf_release(&second);
    return rc;
}

enum rc secret_input(struct op_call *c, struct str whose, struct buf *out)
{
    const struct pond *p = c->app;
    if (p->remote) {
        return take_line(c, op_arg_str(c, "password"), out);
    }
    if (op_has(c, "password-file")) {
        return from_file(c, p, out);
    }
    return isatty(STDIN_FILENO) == 1 ? from_terminal(c, whose, out) : from_input(c, out);
}
