/* Postfix evaluation over atom truths. */
#include "who/rule.h"

#include <assert.h>

#define STACK_MAX 160 /* 64 levels, two operands waiting in each, and the last ones */

bool who_eval(struct who_expr x, uint64_t truth)
{
    bool stack[STACK_MAX];
    uint32_t top = 0;
    for (uint32_t i = 0; i < x.len; i++) {
        uint8_t op = x.ops[i];
        switch (op) {
        case WHO_AND:
            top--;
            stack[top - 1] = stack[top - 1] && stack[top];
            break;
        case WHO_OR:
            top--;
            stack[top - 1] = stack[top - 1] || stack[top];
            break;
        case WHO_NOT: stack[top - 1] = !stack[top - 1]; break;
        case WHO_TRUE: stack[top++] = true; break;
        case WHO_FALSE: stack[top++] = false; break;
        default: stack[top++] = truth >> op & 1u; break;
        }
        assert(top > 0 && top <= STACK_MAX);
    }
    return top == 1 && stack[0];
}
