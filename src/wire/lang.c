#include "wire/lang.h"

bool lang_parse(struct str s, enum lang *out)
{
    struct str head = str_slice(s, 0, 2);
    char next = s.len > 2 ? s.ptr[2] : '_';
    bool tag = next == '_' || next == '-' || next == '.' || next == '@';
    if ((tag && str_eq_nocase(head, STR("zh"))) || str_eq(s, STR("中文")) ||
        str_eq_nocase(s, STR("chinese"))) {
        *out = LANG_ZH;
        return true;
    }
    if ((tag && str_eq_nocase(head, STR("en"))) || str_eq_nocase(s, STR("english")) ||
        str_eq(s, STR("C")) || str_eq(s, STR("POSIX")) || str_starts(s, STR("C."))) {
        *out = LANG_EN;
        return true;
    }
    return false;
}

enum lang lang_choose(struct str flag, char *(*env)(const char *name))
{
    static const char *const names[] = {"POND_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
    enum lang l = LANG_EN;
    if (flag.len > 0) {
        (void)lang_parse(flag, &l);
        return l;
    }
    for (size_t i = 0; env && i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = env(names[i]);
        if (value && *value) {
            (void)lang_parse(str_of(value), &l); /* set, so it decides: unknown is English */
            return l;
        }
    }
    return l;
}

const char *lang_name(enum lang l) { return l == LANG_ZH ? "zh" : "en"; }
