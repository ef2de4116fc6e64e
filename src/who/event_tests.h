/* Tests of a question over a chunk of event rows: a selection of rows is narrowed test by test. */
#ifndef POND_WHO_EVENT_TESTS_H
#define POND_WHO_EVENT_TESTS_H

#include "wire/json.h"
#include "who/event_rows.h"

#define CHUNK_ROWS 2048u

/* Rows of one chunk, by index, ascending. */
struct selection {
    uint32_t len;
    uint16_t rows[CHUNK_ROWS];
};
/* The columns (bits for event_rows_want) that tests read. */
uint32_t event_tests_columns(const struct evidence_test *tests, uint32_t len);
/* Keeps the rows for which every test holds. reader: for properties. */
void event_tests_run(const struct event_rows *r, const struct evidence_test *tests,
                     uint32_t len, struct json_reader *reader, struct selection *s);
/* A number column as a double; NAN unknown. */
double event_tests_number(const struct event_rows *r, enum event_field f, uint32_t row);

#endif
