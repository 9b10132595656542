import { join } from "node:path";
import ts from "typescript";

/** A property of a documented interface. */
export interface DocumentedProperty {
  readonly name: string;
  /** Its type, as the source has it. */
  readonly type: string;
  readonly meaning: string;
  /** The `@default` of its comment; empty where it has none. */
  readonly default: string;
}

/** Reads an interface with the comments of its properties, inherited ones too. */
export function documentedProperties(project: string, path: string, name: string): DocumentedProperty[] {
  // Without the standard library it takes milliseconds; only names and comments are asked for.
  const program = ts.createProgram([join(project, path)], {
    noLib: true,
    types: [],
    moduleResolution: ts.ModuleResolutionKind.Node10,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(project, path));
  const declaration = source?.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  if (!declaration) throw new Error(`${path} has no interface ${name}`);
  return checker.getPropertiesOfType(checker.getTypeAtLocation(declaration)).map((property) => ({
    name: property.name,
    type: typeText(property),
    meaning: ts.displayPartsToString(property.getDocumentationComment(checker)),
    default: defaultOf(property, checker),
  }));
}

function typeText(property: ts.Symbol): string {
  const [declaration] = property.declarations ?? [];
  return declaration && ts.isPropertySignature(declaration) ? (declaration.type?.getText() ?? "") : "";
}

function defaultOf(property: ts.Symbol, checker: ts.TypeChecker): string {
  const tag = property.getJsDocTags(checker).find(({ name }) => name === "default");
  return ts.displayPartsToString(tag?.text).trim();
}
