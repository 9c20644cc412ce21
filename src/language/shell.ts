import type { Locale } from "./locales.ts";

/** What a page's shell says before its script runs, and where it never does. */
type ShellWords = { readonly title: string; readonly opening: string; readonly script: string };

/** The shell's words in every language. */
export const shellWords: Readonly<Record<Locale, ShellWords>> = {
  en: {
    title: "Sign a document",
    opening: "Opening your document…",
    script: "Signing needs JavaScript. Please switch it on for this site, then load the page again.",
  },
  de: {
    title: "Dokument unterzeichnen",
    opening: "Ihr Dokument wird geöffnet …",
    script:
      "Zum Unterzeichnen wird JavaScript benötigt. Bitte schalten Sie es für diese Seite ein und laden Sie sie neu.",
  },
  fr: {
    title: "Signer un document",
    opening: "Ouverture de votre document…",
    script: "La signature nécessite JavaScript. Veuillez l’activer pour ce site, puis recharger la page.",
  },
  es: {
    title: "Firmar un documento",
    opening: "Abriendo su documento…",
    script: "Para firmar se necesita JavaScript. Actívelo para este sitio y vuelva a cargar la página.",
  },
  it: {
    title: "Firma di un documento",
    opening: "Apertura del documento…",
    script: "Per firmare serve JavaScript. Lo attivi per questo sito e ricarichi la pagina.",
  },
  pt: {
    title: "Assinar um documento",
    opening: "A abrir o seu documento…",
    script: "Para assinar é necessário JavaScript. Ative-o para este site e recarregue a página.",
  },
  nl: {
    title: "Document ondertekenen",
    opening: "Uw document wordt geopend…",
    script: "Voor het ondertekenen is JavaScript nodig. Zet het aan voor deze site en laad de pagina opnieuw.",
  },
  pl: {
    title: "Podpisywanie dokumentu",
    opening: "Otwieranie dokumentu…",
    script: "Podpisywanie wymaga JavaScriptu. Proszę włączyć go dla tej witryny i ponownie wczytać stronę.",
  },
  uk: {
    title: "Підписання документа",
    opening: "Відкриваємо ваш документ…",
    script: "Для підписання потрібен JavaScript. Увімкніть його для цього сайту й перезавантажте сторінку.",
  },
  ja: {
    title: "文書への署名",
    opening: "文書を開いています…",
    script: "署名にはJavaScriptが必要です。このサイトで有効にしてから、ページを再読み込みしてください。",
  },
  zh: {
    title: "签署文件",
    opening: "正在打开您的文件…",
    script: "签署需要 JavaScript。请为此网站启用后重新加载页面。",
  },
  ar: {
    title: "توقيع مستند",
    opening: "جارٍ فتح مستندك…",
    script: "يتطلب التوقيع تفعيل JavaScript. يُرجى تفعيله لهذا الموقع ثم إعادة تحميل الصفحة.",
  },
  he: {
    title: "חתימה על מסמך",
    opening: "המסמך שלך נפתח…",
    script: "לחתימה נדרש JavaScript. יש להפעיל אותו באתר זה ולטעון את הדף מחדש.",
  },
};

/** What the editor's shell says instead: there nobody signs. */
export const editorShellWords: Readonly<Record<Locale, Pick<ShellWords, "title" | "script">>> = {
  en: {
    title: "Prepare a document",
    script: "Preparing a document needs JavaScript. Please switch it on for this site, then load the page again.",
  },
  de: {
    title: "Dokument vorbereiten",
    script:
      "Zum Vorbereiten wird JavaScript benötigt. Bitte schalten Sie es für diese Seite ein und laden Sie sie neu.",
  },
  fr: {
    title: "Préparer un document",
    script: "La préparation nécessite JavaScript. Veuillez l’activer pour ce site, puis recharger la page.",
  },
  es: {
    title: "Preparar un documento",
    script: "Para preparar el documento se necesita JavaScript. Actívelo para este sitio y vuelva a cargar la página.",
  },
  it: {
    title: "Preparazione di un documento",
    script: "Per preparare il documento serve JavaScript. Lo attivi per questo sito e ricarichi la pagina.",
  },
  pt: {
    title: "Preparar um documento",
    script: "Para preparar o documento é necessário JavaScript. Ative-o para este site e recarregue a página.",
  },
  nl: {
    title: "Document voorbereiden",
    script: "Voor het voorbereiden is JavaScript nodig. Zet het aan voor deze site en laad de pagina opnieuw.",
  },
  pl: {
    title: "Przygotowywanie dokumentu",
    script: "Przygotowywanie wymaga JavaScriptu. Proszę włączyć go dla tej witryny i ponownie wczytać stronę.",
  },
  uk: {
    title: "Підготовка документа",
    script: "Для підготовки документа потрібен JavaScript. Увімкніть його для цього сайту й перезавантажте сторінку.",
  },
  ja: {
    title: "文書の準備",
    script: "文書の準備にはJavaScriptが必要です。このサイトで有効にしてから、ページを再読み込みしてください。",
  },
  zh: { title: "准备文件", script: "准备文件需要 JavaScript。请为此网站启用后重新加载页面。" },
  ar: {
    title: "إعداد مستند",
    script: "يتطلب إعداد المستند تفعيل JavaScript. يُرجى تفعيله لهذا الموقع ثم إعادة تحميل الصفحة.",
  },
  he: { title: "הכנת מסמך", script: "להכנת המסמך נדרש JavaScript. יש להפעיל אותו באתר זה ולטעון את הדף מחדש." },
};
