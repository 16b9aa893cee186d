/** The first line of a `belay.yaml`: editors complete and check it with the schema that is installed beside the service. */
export const schemaModeline = '# yaml-language-server: $schema=./node_modules/belay/schema/belay.schema.json'
