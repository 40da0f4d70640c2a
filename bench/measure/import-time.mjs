// Prints the milliseconds that the import of its argument takes in this process.
const specifier = process.argv[2];
const before = performance.now();
await import(specifier);
console.log(performance.now() - before);
