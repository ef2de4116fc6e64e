/* The seen set: every event counts once, however often it is delivered.
 *
 * Key of an event: keyed 64-bit hash of its event id; without one, of its whole canonical content
 * (time, name, identities, channel, every column). Equal content may be meant: the n-th equal row of a
 * source is the n-th such event. So a source (one file, one HTTP batch) is opened with seen_source;
 * within it the n-th row of a content is accepted when fewer than n are known already.
 *
 * Open-addressing tables of 8-byte keys with a bit a slot for "met in this source", 64 that grow one after
 * another; contents that occur more than once have their counts in a small side map. At 100 M events: 1.2 GB,
 * loaded only by a process that writes. Odds that two different events share a key: 2.7e-4 in all at 100 M.
 */
#ifndef POND_PEOPLE_SEEN_H
#define POND_PEOPLE_SEEN_H

#include <stdbool.h>
#include <stdint.h>
#include "base/rc.h"
#include "people/batch.h"
#include "people/catalogue.h"
#include "people/kind.h"
#include "store/checkpoint.h"

struct seen;

struct seen *seen_new(void);
void seen_free(struct seen *s);
/* Starts a new source: rows of it are counted against each other from 1. */
void seen_source(struct seen *s);
/* About so many new keys are still to come: a guess that spares growing step by step. */
void seen_expect(struct seen *s, uint64_t more);
/* For each row: keep[r] = 1 when it is new (and is now known), 0 when it is a duplicate. b->key must be
 * set (seen_keys). Pipelined. Returns the number of duplicates. */
uint32_t seen_accept(struct seen *s, const struct event_batch *b, uint8_t *keep);
/* The same for a batch of several small sources, each counted from 1 by itself (requests over HTTP): part i is the
 * rows part_at[i] .. part_at[i + 1] - 1, and duplicates[i] receives its duplicates. What seen_source began is left
 * as it is, so a file may be imported meanwhile. Costs nothing that grows with the set. */
uint32_t seen_accept_parts(struct seen *s, const struct event_batch *b, const uint32_t *part_at,
                           uint32_t parts, uint8_t *keep, uint32_t *duplicates);
/* Adds rows that history says were accepted (replay): multiplicity counted, nothing refused. */
void seen_replay(struct seen *s, const uint64_t *keys, uint32_t n);
/* Fills b->key of every row. Needs ident[].hash; independent of the order of a row's identities. */
void seen_keys(struct hash_key key, const struct catalogue *c, struct event_batch *b);
uint64_t seen_len(const struct seen *s);
/* Around a fork whose copy does not need the set: it is read and written at random, so a copy would soon have
 * cost the parent a fault for each of its pages. In that copy it must not be touched, nor freed. */
void seen_leave_out_of_forks(struct seen *s, bool out);
size_t seen_bytes(const struct seen *s);
enum rc seen_save(const struct seen *s, struct checkpoint_writer *w, struct err *e);
enum rc seen_load(struct seen *s, struct checkpoint *c, struct err *e);

#endif
