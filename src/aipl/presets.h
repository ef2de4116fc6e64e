/* The stage models that ship with the binary: src/aipl/models/NAME.yaml, compiled in, by name. */
#ifndef POND_AIPL_PRESETS_H
#define POND_AIPL_PRESETS_H

struct model_preset {
    const char *name; /* the file's name without .yaml */
    const char *text; /* the whole file                */
};
extern const struct model_preset model_presets[];
extern const int model_preset_count;

#endif
