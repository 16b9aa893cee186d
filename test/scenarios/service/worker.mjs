// A background worker: says that it works, five times a second.
setInterval(() => console.log(`${new Date().toISOString()} processed 1`), 200)
