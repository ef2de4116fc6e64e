#include "base/logger.h"

#include <stdarg.h>
#include <stddef.h>

#include "base/day.h"

#define LINE_MAX_BYTES 1024

static const char *level_name(enum log_level level)
{
    switch (level) {
    case LOG_ERROR: return "error";
    case LOG_WARN: return "warn";
    case LOG_INFO: return "info";
    case LOG_DEBUG: return "debug";
    }
    return "?";
}

/* Writes "2026-11-22T10:14:05.120Z"; 24 bytes and a NUL. */
static void stamp(int64_t ms, char out[32])
{
    int64_t day = ms / DAY_MS - (ms % DAY_MS < 0);
    int64_t rest = ms - day * DAY_MS;
    char date[16];
    (void)snprintf(out, 32, "%sT%02d:%02d:%02d.%03dZ", day_format((int32_t)day, date),
                   (int)(rest / 3600000), (int)(rest / 60000 % 60), (int)(rest / 1000 % 60),
                   (int)(rest % 1000));
}

void logger_event(struct logger *l, enum log_level level, const char *event, const char *fmt,
                  ...)
{
    if (!l || !l->out || level > l->level) {
        return;
    }
    char line[LINE_MAX_BYTES];
    char when[32];
    stamp(clock_now(l->clock), when);
    int head = snprintf(line, sizeof(line) - 1, "%s %s %s%s", when, level_name(level), event,
                        fmt ? " " : "");
    size_t len = head < LINE_MAX_BYTES - 1 ? (size_t)head : sizeof(line) - 2;
    if (fmt) {
        va_list args;
        va_start(args, fmt);
        int more = vsnprintf(line + len, sizeof(line) - 1 - len, fmt, args);
        va_end(args);
        size_t room = sizeof(line) - 2 - len;
        len += more > 0 && (size_t)more < room ? (size_t)more : more > 0 ? room : 0;
    }
    /* One event is one line, whatever a value holds. */
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)line[i] < 0x20) {
            line[i] = ' ';
        }
    }
    line[len++] = '\n';
    (void)fwrite(line, 1, len, l->out);
    (void)fflush(l->out);
}
