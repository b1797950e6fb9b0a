// Spectral's rules for OpenAPI, all of them. Only the one on examples looks less far: OpenAPI writes XML, forms and bytes as
// texts, which the rule holds against the schema of what they mean. Examples of JSON it checks.
import { oas } from "@stoplight/spectral-rulesets";

const name = "oas3-valid-media-example";
const [, ...elsewhere] = oas.rules[name].given;
const json = "$..content[?(@property.match(/json$/) && @ && @.schema && (@.example !== void 0 || @.examples))]";

export default { extends: [oas], rules: { [name]: { ...oas.rules[name], given: [json, ...elsewhere] } } };
