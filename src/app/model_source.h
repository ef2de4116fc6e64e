/* A stage model as it is named by who asks: a preset, a file, or its own text. */
#ifndef POND_APP_MODEL_SOURCE_H
#define POND_APP_MODEL_SOURCE_H

#include "app/pond.h"
#include "wire/op.h"

/* The model's text in the call's arena. What has more than one line is the text itself. A preset of that
 * name comes first; a name with "/" or "." is a file, which a call over HTTP may not name (RC_INVALID).
 * RC_MISSING lists the presets; RC_TOO_LARGE above 1 MiB; RC_IO, RC_DENIED. */
enum rc model_source_read(struct op_call *c, struct pond *p, struct str name, struct str *text);

#endif
