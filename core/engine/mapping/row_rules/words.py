"""Words of role, type and status columns that say which kind of record a row is, in the languages of exports."""

from __future__ import annotations

from collections.abc import Mapping

NO_ENTITY = ""
"""The kind of a row that is known to be none of the entities of its family."""

DELETED = "deleted"


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(","))


PEOPLE: Mapping[str, frozenset[str]] = {
    "student": _words(
        "student,students,pupil,learner,studentenrollment,child,scholar,schüler,schülerin,schueler,schuelerin,"
        "lernende,lernender,élève,eleve,étudiant,étudiante,alumno,alumna,estudiante,studente,studentessa,alunno,alunna,"
        "aluno,aluna,estudante,leerling,uczeń,uczen,uczennica,žák,žákyně,elev,ученик,ученица,учащийся,студент,учень,"
        "diák,tanuló,öğrenci,μαθητής,学生,生徒,児童,학생,طالب,תלמיד"
    ),
    "staff": _words(
        "staff,teacher,teachers,instructor,faculty,teacherenrollment,taenrollment,ta,teaching assistant,aide,"
        "teacher aide,administrator,admin,principal,headteacher,counselor,counsellor,librarian,employee,tutor,"
        "districtadministrator,district administrator,siteadministrator,site administrator,systemadministrator,"
        "school admin,district admin,office staff,"
        "lehrer,lehrerin,lehrkraft,mitarbeiter,mitarbeiterin,personal,direktor,schulleiter,enseignant,enseignante,"
        "professeur,personnel,directeur,directrice,profesor,profesora,docente,maestro,maestra,insegnante,professore,"
        "professoressa,professor,professora,leraar,lerares,docent,nauczyciel,nauczycielka,učitel,učitelka,lärare,"
        "lærer,opettaja,учитель,учительница,преподаватель,сотрудник,вчитель,tanár,öğretmen,καθηγητής,教师,老师,教師,"
        "先生,教員,职员,교사,선생님,معلم,מורה"
    ),
    "guardian": _words(
        "guardian,parent,parents,relative,mother,father,observer,observerenrollment,carer,caregiver,parent/guardian,"
        "eltern,elternteil,mutter,vater,erziehungsberechtigter,erziehungsberechtigte,sorgeberechtigter,"
        "tuteur,tutrice,responsable,responsable légal,mère,père,padre,madre,apoderado,apoderada,acudiente,genitore,"
        "genitori,responsável,encarregado,ouder,voogd,rodzic,opiekun,rodič,förälder,forelder,huoltaja,родитель,опекун,"
        "szülő,veli,γονέας,家长,保護者,학부모,ولي أمر,הורה"
    ),
    NO_ENTITY: _words(
        "proctor,test,testuser,test user,testaccount,demo,system,service,service account,bot,api,guest,vendor,supplier,"
        "contact,emergency contact,sysadmin,aufsicht,gast,lieferant,invité,fournisseur,invitado,proveedor,ospite,fornitore,visitante,"
        "fornecedor,gast,leverancier,gość,host,dodavatel,гость,поставщик,访客,来宾,ゲスト"
    ),
}
CONTACTS: Mapping[str, frozenset[str]] = {
    "customer": _words(
        "customer,customers,client,guest,member,buyer,patron,kunde,kundin,gast,client,cliente,klient,zákazník,kund,"
        "клиент,покупатель,müşteri,客户,顾客,お客様,顧客,고객"
    ),
    "employee": _words(
        "employee,employees,staff,team member,worker,mitarbeiter,mitarbeiterin,personal,employé,employée,salarié,"
        "empleado,empleada,dipendente,funcionário,medewerker,pracownik,zaměstnanec,anställd,сотрудник,çalışan,员工,"
        "従業員,직원"
    ),
    NO_ENTITY: _words(
        "vendor,vendors,supplier,suppliers,lead,prospect,bank,carrier,courier,test,lieferant,fournisseur,proveedor,"
        "fornitore,fornecedor,leverancier,dostawca,dodavatel,leverantör,поставщик,tedarikçi,供应商,仕入先,공급업체"
    ),
}
PRODUCTS: Mapping[str, frozenset[str]] = {
    "menu_item": _words(
        "item,product,simple,variable,simple product,variable product,menu item,dish,article,grouped,bundle,parent,"
        "configurable,standard,artikel,produkt,gericht,produit,article,producto,artículo,prodotto,articolo,produto,"
        "produktu,товар,блюдо,商品,产品,메뉴"
    ),
    "item_variant": _words(
        "variation,variant,product variation,product_variation,item variation,item_variation,variante,variación,"
        "variazione,variação,varianta,wariant,вариант,バリエーション,规格,옵션"
    ),
    "modifier": _words(
        "modifier,option,add-on,addon,extra,modifier option,modifikator,opción,modificador,opzione"
    ),
    "modifier_group": _words(
        "modifier group,modifier set,modifier_list,modifier list,modifiergroup,option set,option group"
    ),
    "category": _words(
        "category,kategorie,catégorie,categoría,categoria,categorie,kategoria,категория,カテゴリ,分类"
    ),
    "tax_rate": _words("tax,tax rate,steuer,taxe,impuesto,imposta,imposto"),
    "discount": _words("discount,rabatt,remise,descuento,sconto,desconto"),
    NO_ENTITY: _words(
        "image,images,media,photo,picture,bild,imagen,immagine,header,section,separator,comment,note"
    ),
}
FAMILIES = (PEOPLE, CONTACTS, PRODUCTS)

DELETED_WORDS = _words(
    "tobedeleted,to be deleted,to_be_deleted,deleted,delete,removed,purged,trash,trashed,soft deleted,soft-deleted,"
    "gelöscht,geloescht,zu löschen,entfernt,supprimé,supprimée,à supprimer,effacé,eliminado,eliminada,borrado,borrada,"
    "eliminato,eliminata,excluído,excluída,apagado,verwijderd,usunięty,usunięte,smazáno,odstraněno,raderad,borttagen,"
    "slettet,poistettu,удален,удалён,удалено,удалена,видалено,törölt,silindi,διαγράφηκε,削除,削除済み,已删除,删除,삭제,삭제됨,"
    "محذوف,נמחק"
)
YES_WORDS = _words("true,yes,y,1,x,t,ja,oui,sí,si,sim,tak,да,はい,是")

VOID_WORDS = _words(
    "void,voided,voids,cancelled,canceled,cancelled order,cancel,aborted,rejected,declined,failed,test,training,"
    "storniert,storno,abgebrochen,annulliert,annulé,annulée,annule,cancelado,cancelada,anulado,anulada,annullato,"
    "annullata,stornato,geannuleerd,anulowane,anulowany,zrušeno,stornováno,makulerad,annullert,annulleret,peruttu,"
    "отменен,отменён,отменено,аннулирован,скасовано,törölve,sztornó,iptal,iptal edildi,ακυρώθηκε,"
    "取消,キャンセル,已取消,作废,취소,취소됨,ملغي,בוטל"
)
FAILED_WORDS = _words(
    "fail,failed,failure,declined,denied,error,unsuccessful,timeout,timed out,expired,not approved,insufficient funds,"
    "chargeback,charged back,reversed,abgelehnt,fehlgeschlagen,fehler,refusé,refusée,échec,échoué,rechazado,rechazada,"
    "fallido,fallida,denegado,denegada,rifiutato,rifiutata,fallito,non riuscito,recusado,recusada,falhou,negado,geweigerd,"
    "mislukt,odrzucona,odrzucony,zamítnuto,nekad,avvist,отклонен,отклонён,отклонено,ошибка,reddedildi,başarısız,"
    "απορρίφθηκε,失敗,拒否,失败,已拒绝,실패,거절,مرفوض,נדחה"
)
"""Words that say that a payment took no money."""


def folded(word: str) -> str:
    return " ".join(word.casefold().split())


def kinds_of(family: Mapping[str, frozenset[str]], word: str) -> str | None:
    """Return the entity that the word says a row is, NO_ENTITY for none of the family; None where the word says nothing."""
    text = folded(word)
    return next((entity for entity, words in family.items() if text in words), None)
