/* A growing array of one type, owned by who declares it:
 *     VEC(uint32_t) nos = {0};  vec_push(&nos, 7);  ... vec_release(&nos);
 */
#ifndef POND_BASE_VEC_H
#define POND_BASE_VEC_H

#include <string.h>
#include "base/mem.h"

#define VEC(type)                                                                              \
    struct {                                                                                   \
        type *ptr;                                                                             \
        size_t len, cap;                                                                       \
    }
#define vec_reserve(v, n)                                                                      \
    do {                                                                                       \
        if ((n) > (v)->cap) {                                                                  \
            size_t vec_cap_ = (v)->cap ? (v)->cap * 2 : 16;                                    \
            if (vec_cap_ < (n)) {                                                              \
                vec_cap_ = (n);                                                                \
            }                                                                                  \
            (v)->ptr = mem_resize((v)->ptr, vec_cap_ * sizeof(*(v)->ptr));                     \
            (v)->cap = vec_cap_;                                                               \
        }                                                                                      \
    } while (0)
#define vec_push(v, item)                                                                      \
    do {                                                                                       \
        vec_reserve((v), (v)->len + 1);                                                        \
        (v)->ptr[(v)->len++] = (item);                                                         \
    } while (0)
#define vec_clear(v) ((v)->len = 0)
#define vec_release(v)                                                                         \
    do {                                                                                       \
        mem_free((v)->ptr);                                                                    \
        (v)->ptr = NULL;                                                                       \
        (v)->len = (v)->cap = 0;                                                               \
    } while (0)

#endif
