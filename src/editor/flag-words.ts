// Takes hints about the command line out of a sentence: in the editor a button or a menu does the same. Pure.

/** `has open tasks; --force completes it all the same` → `has open tasks`. */
export const withoutFlags = (sentence: string): string =>
  sentence
    .replace(/ \(--[a-z][^)]*\)/g, '')
    .replace(/(?:[;,]? ?(?:or )?(?:say )?)(?:--[a-z]|`?soloflow [a-z])[^.;]*(?:\.(?=\s|$))?/g, '')
    .trimEnd();
