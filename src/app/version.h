/* The version of this program, in one place. */
#ifndef POND_APP_VERSION_H
#define POND_APP_VERSION_H

#define POND_VERSION "0.1.0"

#endif
