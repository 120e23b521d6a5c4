import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules", "coverage"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["eslint.config.js"] } },
    },
    rules: {
      // Handlers are often one call whose result nobody reads.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Numbers are safe inside a template; everything else is converted by hand.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // React and DOM handlers may be async: they report their own errors.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      // Code points are what limits and SMS parts count in.
      "@typescript-eslint/no-misused-spread": "off",
      "max-lines": ["error", { max: 350, skipBlankLines: false, skipComments: false }],
    },
  },
  { files: ["**/*.tsx"], ...jsxA11y.flatConfigs.strict },
  { files: ["**/*.{ts,tsx}"], ...reactHooks.configs.flat["recommended-latest"] },
  { files: ["**/*.js"], ...tseslint.configs.disableTypeChecked },
);
