import type { MailWords } from "../saying.ts";

/** The sentences of letters and text messages in Hebrew. */
export const he: MailWords = {
  "ask.subject": "{title}: נדרשת חתימתך",
  "ask.lead": "{requester} מבקש/ת ממך לחתום על „{title}”.",
  "ask.button": "קריאה וחתימה",
  "remind.subject": "תזכורת: {title}",
  "remind.lead": "{requester} ממתין/ה לחתימתך על „{title}”.",
  "completed.subject": "הושלם: {title}",
  "completed.lead":
    "כולם חתמו על „{title}”. כדאי לשמור את העותק: הוא חתום דיגיטלית, ונתיב הביקורת שלו מראה מי חתם ומתי.",
  "completed.button": "הורדת המסמך",
  "declined.subject": "נדחה: {title}",
  "declined.lead": "{who} סירב/ה לחתום על „{title}”. איש אינו יכול עוד לחתום עליו.",
  "expired.subject": "פג תוקף: {title}",
  "expired.lead": "הזמן לחתימה על „{title}” חלף. חתימות שניתנו נשארות; איש אינו יכול עוד לחתום.",
  "withdrawn.subject": "נמשך: {title}",
  "withdrawn.lead": "{requester} משך/ה את „{title}”. אין צורך לעשות דבר.",
  "handover.subject": "הועבר לאדם אחר: {title}",
  "handover.lead": "{who} ביקש/ה מ-{to} לחתום על „{title}” במקומו/ה.",
  see: "הצגת הבקשה",
  reason: "סיבה: {reason}",
  test: "זוהי בדיקה; המסמך אינו מחייב מבחינה משפטית.",
  endSigner: "אם לא ציפית להודעה זו, אפשר להתעלם ממנה: דבר אינו קורה בלי חתימתך.",
  endParty: "הודעה זו נשלחה אליך משום שחלק ממסמך זה נוגע לך.",
  "text.ask": "{requester} מבקש/ת ממך לחתום על „{title}”:",
  "text.code": "{code} הוא הקוד שלך לפתיחת „{title}”. הוא תקף ל-10 דקות. איש לא יבקש אותו ממך.",
};
