import globals from 'globals'
import tseslint from 'typescript-eslint'

/**
 * The import arrows of docs/architecture.md: what each folder may import besides itself. Packages are listed by name, folders by path.
 * An import that is not listed fails the check.
 */
const ARROWS = {
  'trace/format': { packages: [], folders: [] },
  'trace/model': { packages: [], folders: ['format'] },
  'trace/findings': { packages: [], folders: ['format', 'model'] },
  'trace/compare': { packages: [], folders: ['format', 'model'] },
  'trace/summary': { packages: [], folders: ['format', 'model'] },
  'trace/exports': { packages: ['pbf', '@opentelemetry/[a-z-]+'], folders: ['format', 'model', 'findings'] },
  'trace/panel': { packages: [], folders: [] },
  'trace/live': { packages: [], folders: ['format', 'model', 'findings'] },
  live: { packages: ['node:[a-z/_]+'], folders: ['trace'] },
  webview: { packages: ['d3'], folders: ['trace'] },
  extension: { packages: ['vscode', 'node:[a-z/_]+', '@lezer/[a-z]+'], folders: ['trace', 'live'] },
  // Of the format, its numbers and its writer alone. The hooks and the recorder are its own folder's.
  'runtime/typescript': {
    packages: ['node:[a-z/_]+'],
    folders: ['trace/format/(?:schema|writer)\\.ts', 'trace/(?:hooks|recorder)\\.ts'],
  },
  'runtime/typescript/eslint': { packages: ['eslint', 'typescript'], folders: [] },
  cli: { packages: ['commander', 'node:[a-z/_]+'], folders: ['trace', 'live'] },
}

/** Matches what may not be imported: a package that is not listed, or a path that leaves the folder for one that is not. */
function forbidden(packages, folders) {
  const allowedPackage = packages.length > 0 ? `(?!(?:${packages.join('|')})$)` : ''
  const allowedFolder = folders.length > 0 ? `(?!(?:${folders.join('|')})(?:/|$))` : ''
  // Out of the folder: `../` as often as it is deep, then a name. Inside it, `../name` from a subfolder is its own.
  return {
    package: `^${allowedPackage}[^.]`,
    folder: `^(?:\\.\\./)+${allowedFolder}(?:trace|live|extension|webview|cli|runtime|test|format|model|exports|panel|findings|compare|summary)/`,
  }
}

const arrowRules = Object.entries(ARROWS).map(([folder, { packages, folders }]) => {
  const pattern = forbidden(packages, folders)
  const allowed = [...folders, ...packages.map((name) => name.replace(/:.*/, ':*'))].join(', ') || 'nothing but itself'
  const message = `${folder} may import ${allowed}: see the arrows in docs/architecture.md.`
  return {
    files: [`${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: pattern.package, message },
            { regex: pattern.folder, message },
          ],
        },
      ],
    },
  }
})

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'runtime/typescript/dist/',
      'test/differential/scenarios/',
      'node_modules/',
      '.cache/',
      'runtime/python/',
      'test-results/',
      '**/.venv/',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'AssignmentExpression[left.property.name=/^(innerHTML|outerHTML)$/]',
          message: 'Names from a trace are text, never markup: use textContent.',
        },
      ],
    },
  },
  { files: ['webview/**/*.ts'], languageOptions: { globals: globals.browser } },
  ...arrowRules,
)
