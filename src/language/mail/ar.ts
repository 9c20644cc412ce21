import type { MailWords } from "../saying.ts";

/** The sentences of letters and text messages in Arabic. */
export const ar: MailWords = {
  "ask.subject": "{title}: نحتاج إلى توقيعك",
  "ask.lead": "يطلب منك {requester} توقيع «{title}».",
  "ask.button": "القراءة والتوقيع",
  "remind.subject": "تذكير: {title}",
  "remind.lead": "ينتظر {requester} توقيعك على «{title}».",
  "completed.subject": "اكتمل: {title}",
  "completed.lead": "وقّع الجميع «{title}». احتفظ بنسختك: فهي مختومة، ويبيّن سجل التدقيق من وقّع ومتى.",
  "completed.button": "تنزيل المستند",
  "declined.subject": "رُفض: {title}",
  "declined.lead": "رفض {who} توقيع «{title}». لم يعد بإمكان أحد توقيعه.",
  "expired.subject": "انتهت المهلة: {title}",
  "expired.lead": "انتهت مهلة توقيع «{title}». تبقى التوقيعات التي تمت، ولم يعد بإمكان أحد التوقيع.",
  "withdrawn.subject": "سُحب: {title}",
  "withdrawn.lead": "سحب {requester} «{title}». لا يلزمك فعل أي شيء.",
  "handover.subject": "أُسند إلى شخص آخر: {title}",
  "handover.lead": "طلب {who} من {to} توقيع «{title}» بدلًا منه.",
  see: "عرض الطلب",
  reason: "السبب: {reason}",
  test: "هذا اختبار؛ المستند غير ملزم قانونًا.",
  endSigner: "إذا لم تكن تتوقع هذه الرسالة فيمكنك تجاهلها: لن يحدث شيء ما لم توقّع.",
  endParty: "تصلك هذه الرسالة لأنك طرف في هذا المستند.",
  "text.ask": "يطلب منك {requester} توقيع «{title}»:",
  "text.code": "{code} هو رمزك لفتح «{title}». وهو صالح لمدة 10 دقائق. لن يطلبه منك أحد.",
};
