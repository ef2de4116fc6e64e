/* The days that a span covers as of a day. */
#include "who/question.h"

#include "base/day.h"

static int32_t day_clip(int64_t day)
{
    return (int32_t)(day <= INT32_MIN ? INT32_MIN + 1 : day);
}

bool when_days(struct when w, int32_t as_of, int32_t *from, int32_t *to)
{
    *from = INT32_MIN;
    *to = as_of;
    switch (w.form) {
    case WHEN_EVER: break;
    case WHEN_IN:
        *to = day_clip((int64_t)as_of - w.ago);
        *from = day_clip((int64_t)*to - w.days + 1);
        break;
    case WHEN_BEFORE: *to = day_clip((int64_t)as_of - w.days); break;
    case WHEN_DAYS:
        *from = w.from;
        *to = w.to < as_of ? w.to : as_of;
        break;
    }
    return *from <= *to;
}
