// Which readers these are. Readings that others made are read again.

/** In a bundle the build puts a hash of the sources here (scripts/reader-version.mts): nobody can forget to raise it. */
export const READER_VERSION = 'source';
