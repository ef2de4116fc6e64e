/* English or Chinese, for what people read. */
#ifndef POND_WIRE_LANG_H
#define POND_WIRE_LANG_H

#include "base/str.h"
#include <stdbool.h>

enum lang { LANG_EN, LANG_ZH };

/* "en", "zh", also "zh_CN.UTF-8", "zh-Hans", "English", "中文". False for anything else. */
bool lang_parse(struct str s, enum lang *out);
/* flag (--lang; may be STR_NULL) over POND_LANG over LC_ALL over LC_MESSAGES over LANG; English
 * where none says otherwise. env: getenv, or a fake; NULL means an empty environment. */
enum lang lang_choose(struct str flag, char *(*env)(const char *name));
static inline const char *lang_pick(enum lang l, const char *en, const char *zh)
{
    return l == LANG_ZH && zh ? zh : en;
}
const char *lang_name(enum lang l); /* "en", "zh" */

#endif
