/* The few pages that are compiled in: where a person starts, the first owner, the API's description. They load nothing
 * from elsewhere and run no script that is not a file of ours. */
#ifndef POND_SERVE_PAGE_H
#define POND_SERVE_PAGE_H

#include "base/buf.h"
#include "wire/op.h"

struct page_file {
    const char *name; /* "setup.html" */
    const char *text;
};
extern const struct page_file page_files[]; /* ends with name NULL */

/* The operations and what the API has besides, as a page of HTML without scripts. */
void page_docs(const struct op_book *book, enum lang lang, struct buf *out);

#endif
