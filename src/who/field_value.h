/* The values of a text field that has a fixed list of them (field.h): kept by key, said by name.
 *
 * A value is said by the brand's own name, kept in its settings as FIELD.KEY, else by the usual one in the language of
 * who reads. It is asked by its key, by its own name, or by either usual name; a text that is a key or the own name of some
 * value means no other value that is usually called so (a brand may swap two names). */
#ifndef POND_WHO_FIELD_VALUE_H
#define POND_WHO_FIELD_VALUE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "store/ledger.h"
#include "who/field.h"

struct field_words {
    const struct who_field *field;
    uint32_t len;          /* its values; 0: any text */
    const struct str *own; /* [len]; empty: none */
};
/* The brand's own names, in the arena. Errors of the ledger. */
enum rc field_words_read(struct ledger *l, const struct who_field *f, struct arena *a,
                         struct field_words *out, struct err *e);
/* The same with usual names only. */
void field_words_usual(const struct who_field *f, struct arena *a, struct field_words *out);
/* The value kept as `key`; len when there is none. */
uint32_t field_value_find(const struct field_words *w, struct str key);
/* Whether `asked` means the value. */
bool field_value_is(const struct field_words *w, uint32_t value, struct str asked);
/* What it is called; and what a question asks it by: that name, its key where the name means another value too. */
struct str field_value_name(const struct field_words *w, uint32_t value, bool zh);
struct str field_value_asked(const struct field_words *w, uint32_t value, bool zh);
/* The name of what is kept as `text`; the text itself when it is no key. */
struct str field_text_name(const struct field_words *w, struct str text, bool zh);
/* For the executors: what a column of the field holds for the texts of a question, at least one, in the arena. A text
 * that means no value stays as it is. Errors of the ledger. */
enum rc field_keys(struct ledger *l, const struct who_field *f, const struct str *asked,
                   uint32_t asked_len, struct arena *a, struct str **out, uint32_t *len,
                   struct err *e);
/* Gives a value a name of the brand's own; an empty one takes the usual one back. RC_INVALID for a name above 60 bytes,
 * with control characters or no UTF-8. */
enum rc field_value_rename(struct ledger *l, const struct who_field *f, uint32_t value,
                           struct str name, struct err *e);

#endif
