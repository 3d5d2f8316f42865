import { setFlagsFromString } from 'node:v8'

/**
 * Import before anything else. The first lists of a large cluster make a lot of garbage at once,
 * and V8 would let the heap grow to more than twice of what stays: with 5,000 nodes and 10,000
 * requests 435 MB instead of 235 MB.
 */
setFlagsFromString('--optimize-for-size')
