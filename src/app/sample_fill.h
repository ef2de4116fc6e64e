/* sample fill: a made-up brand's life made and imported in one go, for who has no command line at hand.
 *
 * It is written into a file of the brand's spool first, while others have their turn, and then imported like any file:
 * an import streams in batches, counts each event once and can be stopped between any two. The file goes in any case. */
#ifndef POND_APP_SAMPLE_FILL_H
#define POND_APP_SAMPLE_FILL_H

#include "app/pond.h"
#include "wire/op.h"

enum rc sample_fill_run(struct op_call *c);
extern const struct op_in sample_fill_in[];
extern const struct op_out sample_fill_out[];
/* Yesterday where the sample's brand lives: a sample's last day unless another is asked for. */
int32_t sample_last_day(const struct pond *p);

#endif
