/** Where a service finds the schema of its `belay.yaml`, in the package it has installed. */
export const schemaFile = 'schema/belay.schema.json'

/** First line of a `belay.yaml`: editors with the YAML language server complete and check it while it is written. */
export const modeline = `# yaml-language-server: $schema=./node_modules/belay/${schemaFile}`
